import type { AnyCodec, RowShape } from '../../src/protocol/codec.js';
import { addressAttrs } from '../../src/protocol/rtnetlink/address.js';
import { linkAttrs } from '../../src/protocol/rtnetlink/link.js';
import { linkKinds, slaveKinds, slaveRequestKinds } from '../../src/protocol/rtnetlink/link-kinds/index.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { factsOf } from '../support/table-facts.js';
import { type Golden, goldens } from './fixtures.js';
import { heldRows } from './held-rows.js';

/** Attributes of links and addresses that no fixture holds, and why nobody at hand can be made to say them. */
const NOT_HELD: Readonly<Record<string, readonly string[]>> = {
  'no kernel sends it or looks at it': ['IFLA_COST', 'IFLA_PRIORITY', 'IFLA_WEIGHT', 'IFLA_INET6_MCAST'],
  'one table serves two families, and this is the other’s': [
    ...['IFLA_GRE_ENCAP_LIMIT of erspan', 'IFLA_GRE_FLOWINFO of erspan', 'IFLA_GRE_FLAGS of erspan'],
    ...['IFLA_GRE_TOS of ip6erspan', 'IFLA_GRE_PMTUDISC of ip6erspan', 'IFLA_GRE_IGNORE_DF of ip6erspan'],
    ...['IFLA_IPTUN_ENCAP_LIMIT of ipip', 'IFLA_IPTUN_FLOWINFO of ipip'],
    ...['IFLA_IPTUN_TOS of ip6tnl', 'IFLA_IPTUN_PMTUDISC of ip6tnl'],
    ...['IFLA_IPTUN_6RD_PREFIX of ip6tnl', 'IFLA_IPTUN_6RD_RELAY_PREFIX of ip6tnl'],
    ...['IFLA_IPTUN_6RD_PREFIXLEN of ip6tnl', 'IFLA_IPTUN_6RD_RELAY_PREFIXLEN of ip6tnl'],
  ],
  'only drivers of hardware say it that nobody emulates: network adapters': [
    ...['IFLA_PHYS_PORT_ID', 'IFLA_PORT_RESPONSE', 'DPLL_A_PIN_ID'],
  ],
  'the same: CAN controllers': [
    ...['IFLA_CAN_TERMINATION_CONST', 'IFLA_CAN_DATA_BITRATE_CONST', 'IFLA_CAN_XL_DATA_BITRATE_CONST'],
    ...['IFLA_CAN_TDC_TDCV_MIN', 'IFLA_CAN_TDC_TDCV_MAX'],
  ],
  'no kernel at hand has what sends or reads it, CONFIG_MCTP or CONFIG_CAIF': [
    ...['AF_MCTP', 'IFLA_MCTP_NET', 'IFLA_MCTP_PHYS_BINDING'],
    ...['IFLA_CAIF_IPV4_CONNID', 'IFLA_CAIF_IPV6_CONNID', 'IFLA_CAIF_LOOPBACK'],
  ],
  'only the wireless extensions send it, bytes that are not rtnetlink’s': ['IFLA_WIRELESS'],
};

/** IFLA_* and IFA_* of every depth, the tables of all kinds among them. */
const { sets } = factsOf([linkAttrs, addressAttrs] as unknown as AnyCodec[]);

/** The kinds of a table that several tables have the names of: `gre`, `ip6gre`. */
const kindOf = (codec: AnyCodec): string | undefined =>
  Object.entries<AnyCodec>(linkKinds).find(([, { shape }]) => shape === codec.shape)?.[0];

const all = sets.flatMap(({ codec, rows }) => rows.map(row => ({ row, kind: kindOf(codec) })));
const howMany = new Map<string, number>();
for (const { row } of all) howMany.set(row.kernelName, (howMany.get(row.kernelName) ?? 0) + 1);
const nameOf = ({ row: { kernelName }, kind }: (typeof all)[number]): string =>
  howMany.get(kernelName) === 1 || kind === undefined ? kernelName : `${kernelName} of ${kind}`;

const typeOf = ({ bytes }: Golden): number => bytes[4]! | (bytes[5]! << 8);
const bodyOf = ({ value }: Golden): Record<string, unknown> => (value as { body: Record<string, unknown> }).body;

function rowsOf(golden: Golden): Iterable<RowShape> {
  const codec: AnyCodec | undefined = (bodies as unknown as Record<number, AnyCodec>)[typeOf(golden)];
  return codec === undefined ? [] : heldRows(codec, bodyOf(golden), golden.direction === 'request');
}

const held = new Set(goldens.flatMap(golden => [...rowsOf(golden)]));
const listed = Object.values(NOT_HELD).flat();

test('there are tables', () => {
  expect(all.length).toBeGreaterThan(700);
  expect(held.size).toBeGreaterThan(500);
});

test('every attribute of links and addresses is held by a fixture, or it is listed why not', () => {
  const missing = all.filter(({ row }) => !held.has(row)).map(nameOf);
  expect(missing.filter(name => !listed.includes(name))).toEqual([]);
});

test('no attribute is listed that a fixture holds, that does not exist, or twice', () => {
  const missing = all.filter(({ row }) => !held.has(row)).map(nameOf);
  expect(listed.filter(name => !missing.includes(name))).toEqual([]);
  expect(listed.filter((name, i) => listed.indexOf(name) !== i)).toEqual([]);
});

/** Kinds without options of their own. */
const PLAIN = [...['dummy', 'ifb', 'nlmon', 'vcan', 'team', 'wireguard', 'pfcp', 'lowpan', 'virt_wifi', 'netdevsim']];
const MADE_BY_IOCTL = 'tun';

interface Attrs {
  readonly linkinfo?: { kind?: string; slaveKind?: string; data?: object; slaveData?: object };
}
const RTM_NEWLINK = 16;
const links = goldens.filter(golden => typeOf(golden) === RTM_NEWLINK);
const attrsOf = (golden: Golden): Attrs => bodyOf(golden).attrs as Attrs;
const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}n` : item));

/** What makes a flavour of what is asked for: all but the names. */
function asked(golden: Golden): string {
  const { ifname: _, link: __, ...rest } = attrsOf(golden) as Record<string, unknown>;
  return asText(rest);
}
/** Of what the kernel shows: the settings. */
const shown = (golden: Golden): string => asText(attrsOf(golden).linkinfo);

const isAsked = ({ direction }: Golden): boolean => direction === 'request';
const linksOf = (kind: string): Golden[] => links.filter(golden => attrsOf(golden).linkinfo?.kind === kind);
const portsOf = (kind: string): Golden[] => links.filter(golden => attrsOf(golden).linkinfo?.slaveKind === kind);
const refusedOf = (kind: string): Golden[] =>
  goldens.filter(({ name }) => name.startsWith(`kind/${kind}-`) && name.endsWith('-error'));

const kinds = [...Object.keys(linkKinds), ...PLAIN];

test.each(kinds.filter(kind => kind !== MADE_BY_IOCTL))('%s: three flavours are asked for', kind => {
  expect(new Set(linksOf(kind).filter(isAsked).map(asked)).size).toBeGreaterThanOrEqual(3);
});

test.each(kinds)('%s: the kernel shows or refuses three times', kind => {
  const answers = [...linksOf(kind).filter(golden => !isAsked(golden)), ...refusedOf(kind)];
  expect(answers.length).toBeGreaterThanOrEqual(3);
});

/** Kinds that every kernel at hand can make, and that have options. */
test.each(['bridge', 'vxlan', 'macvlan', 'macvtap', 'tun'])('%s: three flavours are shown', kind => {
  expect(
    new Set(
      linksOf(kind)
        .filter(golden => !isAsked(golden))
        .map(shown),
    ).size,
  ).toBeGreaterThanOrEqual(3);
});

test.each(Object.keys(slaveKinds))('%s: three flavours of its ports are shown', kind => {
  expect(new Set(portsOf(kind).map(shown)).size).toBeGreaterThanOrEqual(3);
});

test.each(Object.keys(slaveRequestKinds))('%s: three flavours are asked for', kind => {
  expect(new Set(linksOf(kind).map(asked)).size).toBeGreaterThanOrEqual(3);
});
