import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyCodec } from '../../src/protocol/codec.js';
import * as control from '../../src/protocol/control.js';
import * as header from '../../src/protocol/header.js';
import { kernelCase } from '../../src/protocol/names.js';
import * as nla from '../../src/protocol/nla.js';
import { RTNLGRP } from '../../src/protocol/rtnetlink/groups.js';
import { prefixmsg, tcmsg } from '../../src/protocol/rtnetlink/notices.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import * as types from '../../src/protocol/rtnetlink/types.js';
import type { RawLayout, Scalar } from '../../src/protocol/scalar.js';
import * as socket from '../../src/socket/constants.js';
import { ERRNO } from '../../src/socket/errno.js';
import { factsOf } from '../support/table-facts.js';

interface Headers {
  /** 64-bit numbers as text. */
  readonly constants: Readonly<Record<string, number | string>>;
  readonly structs: Readonly<Record<string, HeaderStruct | undefined>>;
  /** Numbers that were others in an older kernel, or that newer ones no longer have. */
  readonly older: { readonly constants: Readonly<Record<string, number | string>> };
  /** What only the kernel's source says: net/bonding.h, net/bond_3ad.h, net/if_inet6.h and others. */
  readonly source: Pick<Headers, 'constants' | 'structs'>;
}
interface HeaderStruct {
  readonly size: number;
  /** Offset and size. */
  readonly fields: Readonly<Record<string, readonly [number, number] | undefined>>;
  /** As they are written: `__be16`. */
  readonly types: Readonly<Record<string, string | undefined>>;
}

/** What fixtures/headers.mjs was told by a C compiler. */
const headers = JSON.parse(readFileSync(join(__dirname, '../../fixtures/headers.json'), 'utf8')) as Headers;

const roots = [...Object.values(bodies), control.extackAttrs, header.nlmsghdr, prefixmsg, tcmsg];
const facts = factsOf(roots as AnyCodec[]);
const numbers = [...facts.rows, ...facts.values];

/** The header's number for a name; a flag declared by its position is called `1 << NAME`. */
function lookup(name: string): bigint | undefined {
  const position = name.startsWith('1 << ');
  const constant = position ? name.slice('1 << '.length) : name;
  const value = headers.constants[constant] ?? headers.source.constants[constant] ?? headers.older.constants[constant];
  if (value === undefined) return undefined;
  return position ? 1n << BigInt(value) : BigInt(value);
}

test('every number in the tables is the header’s', () => {
  const wrong = numbers.filter(({ name, value }) => ![undefined, BigInt(value)].includes(lookup(name)));
  expect(wrong).toEqual([]);
  expect(numbers.filter(({ name }) => lookup(name) !== undefined).length).toBeGreaterThan(1450);
});

test('the headers know every name', () => {
  expect(numbers.filter(({ name }) => lookup(name) === undefined)).toEqual([]);
});

/** Sets that are a small part of what the header has under their prefix. */
const PARTS = ['', 'AF_', 'DEVLINK_ATTR_', 'DPLL_A_PIN_'];

/** What begins like an attribute and is none. */
const NO_ROWS = {
  'of the messages about statistics': /^IFLA_(STATS|OFFLOAD_XSTATS)_/,
  'another name of IFLA_TARGET_NETNSID, IFLA_DSA_CONDUIT, IFA_F_SECONDARY, FRA_IIFNAME':
    /^(IFLA_IF_NETNSID|IFLA_DSA_MASTER|IFA_F_TEMPORARY|FRA_IFNAME)$/,
  'never sent': /^(FRA_UNUSED\d|NLMSGERR_ATTR_UNUSED|NETNSA_NONE)$/,
  'a limit, a mask or a value': /^(RTA_ALIGNTO|RTAX_FEATURE_MASK|NETNSA_NSID_NOT_ASSIGNED|NETCONFA_(IFINDEX_)?ALL)$/,
  'a value of NETCONFA_IFINDEX': /^NETCONFA_IFINDEX_DEFAULT$/,
  'newer than Linux 6.18': /^SEG6_IPTUNNEL_SRC$/,
};

/** Number 0, or how many there are. */
function isNone(name: string): boolean {
  const counts = [`__${name}`, `__${name.replace(/_MAX$/, '')}`, `__${name.replace(/_MAX$/, '_CNT')}`];
  return /_UNSPEC$/.test(name) || (name.endsWith('_MAX') && counts.some(count => count in headers.constants));
}

test('every attribute of the headers is a row', () => {
  const said = new Set(numbers.map(({ name }) => name));
  const prefixes = facts.prefixes.filter(prefix => !PARTS.includes(prefix));
  const wanted = Object.keys(headers.constants).filter(name => prefixes.some(prefix => name.startsWith(prefix)));
  expect(wanted.length).toBeGreaterThan(800);
  const missing = wanted.filter(name => !said.has(name) && !isNone(name));
  expect(missing.filter(name => !Object.values(NO_ROWS).some(rule => rule.test(name)))).toEqual([]);
  const unused = Object.entries(NO_ROWS).filter(([, rule]) => !missing.some(name => rule.test(name)));
  expect(unused).toEqual([]);
});

const structNamed = (name: string): HeaderStruct | undefined => headers.structs[name] ?? headers.source.structs[name];

test('every struct has the header’s size, and its fields their places', () => {
  expect(facts.structs.map(({ cName }) => cName).filter(name => structNamed(name) === undefined)).toEqual([]);
  expect(facts.structs.length).toBeGreaterThan(45);
  for (const { cName, size, fields } of facts.structs) {
    const told = structNamed(cName)!;
    const ours = fields.map(({ cName: name, offset, size: bytes, codec }) => {
      const { reserved = 0 } = codec as { readonly reserved?: number };
      return [name, [offset, bytes - reserved]];
    });
    expect([cName, size, ours]).toEqual([
      cName,
      told.size,
      fields.map(field => [field.cName, told.fields[field.cName]]),
    ]);
  }
});

/** What a C type is here; several of `__u8` are bytes. */
const LAYOUTS: Readonly<Record<string, RawLayout>> = {
  char: 'bytes',
  __u8: 'uint8',
  'unsigned char': 'uint8',
  __u16: 'uint16',
  'unsigned short': 'uint16',
  __be16: 'uint16be',
  __u32: 'uint32',
  unsigned: 'uint32',
  'unsigned int': 'uint32',
  __be32: 'uint32be',
  __s32: 'int32',
  int: 'int32',
  __u64: 'uint64',
};

/** Fields that are something else than their type says. */
const OTHERWISE: Readonly<Record<string, RawLayout>> = {
  // Two bytes in the order of the protocol: net/bridge/br_stp_if.c.
  'ifla_bridge_id prio': 'uint16be',
  // rtnl_put_cacheinfo, net/core/rtnetlink.c, is given a negative errno.
  'rta_cacheinfo rta_error': 'int32',
};

test('every field of a struct has the header’s width, sign and byte order', () => {
  const wanted = facts.structs.flatMap(({ cName, fields }) =>
    fields.map(({ cName: name, size, codec }) => {
      const { reserved = 0 } = codec as { readonly reserved?: number };
      const layout = LAYOUTS[structNamed(cName)?.types[name] ?? ''];
      const several = layout === 'uint8' && size - reserved > 1;
      return [`${cName} ${name}`, OTHERWISE[`${cName} ${name}`] ?? (several ? 'bytes' : layout)];
    }),
  );
  const ours = facts.structs.flatMap(({ cName, fields }) =>
    fields.map(({ cName: name, codec }) => [`${cName} ${name}`, (codec as Scalar<unknown>).layout]),
  );
  expect(ours.length).toBeGreaterThan(200);
  expect(ours).toEqual(wanted);
});

test('every array has the header’s order, one of them that of older kernels', () => {
  const before = (name: string): bigint => BigInt(headers.older.constants[name] ?? headers.constants[name]!);
  const inOrder = (names: readonly string[], of: (name: string) => bigint | undefined): boolean =>
    names.every((name, i) => of(name) === of(names[0]!)! + BigInt(i));
  expect(facts.arrays.length).toBe(5);
  const others = facts.arrays.filter(names => !inOrder(names, lookup));
  expect(others.map(names => names[1])).toEqual(['IPSTATS_MIB_INPKTS']);
  // Linux 6.8 renamed number 5 from OUTPKTS to OUTREQUESTS, and appended the new OUTPKTS.
  const renamed = others[0]!.map(name => (name === 'IPSTATS_MIB_OUTREQUESTS' ? 'IPSTATS_MIB_OUTPKTS' : name));
  expect(renamed.pop()).toBe('IPSTATS_MIB_OUTPKTS');
  expect(inOrder(renamed, before)).toBe(true);
});

test.each([
  ['message types', types, 39],
  ['headers', header, 18],
  ['control messages', control, 4],
  ['attributes', nla, 2],
  ['sockets', socket, 30],
])('%s: every constant is the header’s', (_what, module, least) => {
  const constants = Object.entries(module).filter(([, value]) => typeof value === 'number');
  const known = constants.filter(([name]) => !OURS.includes(name));
  expect(known.length).toBeGreaterThanOrEqual(least);
  expect(known.map(([name, value]) => [name, BigInt(value as number)])).toEqual(
    known.map(([name]) => [name, lookup(name)]),
  );
});

/** What the header says in a way that is no constant: `sizeof`, `~`. */
const OURS = ['NLMSG_HDRLEN', 'NLA_HDRLEN', 'NLA_TYPE_MASK'];

test('every group is the header’s', () => {
  const groups = Object.entries(RTNLGRP).map(([name, value]) => [
    `RTNLGRP_${kernelCase(name).replace('DECNET', 'DECnet')}`,
    BigInt(value),
  ]);
  expect(groups.length).toBeGreaterThan(30);
  expect(groups).toEqual(groups.map(([name]) => [name, lookup(name as string)]));
});

test('every error number is the header’s', () => {
  // ENOTSUPP is the kernel's own, and gets out all the same.
  const errors = Object.entries(ERRNO)
    .filter(([name]) => name !== 'ENOTSUPP')
    .map(([name, [number]]) => [name, BigInt(number)]);
  expect(errors.length).toBeGreaterThan(60);
  expect(errors).toEqual(errors.map(([name]) => [name, lookup(name as string)]));
});
