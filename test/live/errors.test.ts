import { closeSync, openSync } from 'node:fs';
import { type Ip, type Namespace, NetlinkError, netns, open, SyscallError } from '../../src/index.js';
import {
  type AddressInput,
  type LinkInput,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  type UnknownAttribute,
} from '../../src/protocol/index.js';

// What bad input gets: what the library does not refuse itself, the kernel does, and the error says what and why.

let ns: Namespace;
let other: Namespace;
let ip: Ip;
const notNetns = openSync('/proc/self/ns/uts', 'r');
beforeAll(async () => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
  await ip.link.add({ name: 'veth1', index: 11, kind: 'veth', peer: { name: 'veth2', index: 12 } });
  await ip.link.add({ name: 'br0', kind: 'bridge' });
  await ip.link.add({ name: 'br1', kind: 'bridge' });
  await ip.link.add({ name: 'vx0', kind: 'vxlan', data: { id: 7, port: 4789 } });
  await ip.address.add('veth1', '10.0.0.1/24');
  await ip.address.add('veth1', 'fd00::1/64', { flags: ['nodad'] });
  await using there = open({ netns: other });
  await there.link.add({ name: 'veth2', kind: 'veth', peer: { name: 'veth3' } });
});
afterAll(() => {
  ip.close();
  ns.close();
  other.close();
  closeSync(notNetns);
});

const NEW = { flags: NLM_F_CREATE | NLM_F_EXCL };
const text = (length: number): Uint8Array => new Uint8Array(length).fill(0x78);
/** An attribute as no setting would write it. */
const raw = (type: number, data: Uint8Array): Raw => ({ [`#${type}`]: { type, data } });
type Raw = Record<`#${number}`, UnknownAttribute>;
const link = (attrs: LinkInput['attrs']): Promise<unknown> => ip.socket.request(RTM_NEWLINK, { index: 11, attrs });
const address = (header: AddressInput, attrs: AddressInput['attrs']): Promise<unknown> =>
  ip.socket.request(RTM_NEWADDR, { family: 2, prefixlen: 24, index: 11, ...header, attrs }, NEW);

/** A bridge whose name is not checked here. */
const make = (ifname: string): Promise<unknown> =>
  ip.socket.request(
    RTM_NEWLINK,
    { attrs: { ...raw(3, new TextEncoder().encode(`${ifname}\0`)), linkinfo: { kind: 'bridge' } } },
    NEW,
  );

type Row = [what: string, request: () => Promise<unknown>, code: string, words: string, attribute?: string];

const links: Row[] = [
  [
    'a name of 16 bytes',
    () => link(raw(3, text(16))),
    'ERANGE',
    'failed policy validation (ifname: at most 15 bytes)',
    'ifname',
  ],
  ['a name without a letter', () => make(''), 'EINVAL', 'invalid argument'],
  ...['a/b', 'a b', 'a:b', '.', '..', '%s'].map((name): Row => [name, () => make(name), 'EINVAL', 'invalid argument']),
  [
    'a name that is taken',
    () => ip.link.add({ name: 'veth1', kind: 'veth' }),
    'EEXIST',
    'a link named "veth1" already',
  ],
  [
    "a peer's name that is taken",
    () => ip.link.add({ name: 'n1', kind: 'veth', peer: { name: 'veth2' } }),
    'EEXIST',
    'a link named "n1" or "veth2" already exists',
  ],
  ['renaming to one', () => ip.link.set('veth1', { name: 'veth2' }), 'EEXIST', 'a link named "veth2" already exists'],
  ['moving to one', () => ip.link.set('veth2', { netns: other }), 'EEXIST', 'same name exists in the target netns'],
  [
    'a kind there is not',
    () => ip.link.add({ name: 'n1', kind: 'nonesuch' }),
    'EOPNOTSUPP',
    'Unknown device type (kind "nonesuch": the kernel lacks it, or its module is not there (modprobe rtnl-link-nonesuch))',
  ],
  [
    'a name there is not',
    () => ip.link.get('nope'),
    'ENODEV',
    'link get nope: ENODEV: there is no link "nope" in netns',
  ],
  ['an index there is not', () => ip.link.set(9999, { mtu: 1400 }), 'ENODEV', 'there is no link #9999 in netns ['],
  ['deleting what is not there', () => ip.link.delete('nope'), 'ENODEV', 'there is no link "nope" in netns ['],
  ['index -1', () => ip.socket.request(RTM_NEWLINK, { index: -1 }), 'EINVAL', "ifindex can't be negative"],
  ['index 0', () => ip.socket.request(RTM_DELLINK, { index: 0 }), 'EINVAL', 'invalid argument'],
  ['mtu 67', () => ip.link.set('veth1', { mtu: 67 }), 'EINVAL', 'mtu less than device minimum'],
  ['mtu -1', () => link(raw(4, new Uint8Array(4).fill(255))), 'EINVAL', 'mtu less than device minimum'],
  ['mtu 70000', () => ip.link.set('veth1', { mtu: 70000 }), 'EINVAL', 'mtu greater than device maximum'],
  [
    'mtu 70000 at once',
    () => ip.link.add({ name: 'n1', kind: 'veth', mtu: 70000 }),
    'EINVAL',
    'mtu: a veth takes 68 to',
  ],
  [
    'mtu 67 of the peer',
    () => ip.link.add({ name: 'n1', kind: 'veth', peer: { mtu: 67 } }),
    'EINVAL',
    'peer.mtu: a veth takes 68 to 65535',
  ],
  ['an address of 5 bytes', () => link(raw(1, text(5))), 'EINVAL', 'invalid argument'],
  [
    'a multicast address',
    () => ip.link.set('veth1', { address: '01:00:00:00:00:01' }),
    'EADDRNOTAVAIL',
    '01:00:00:00:00:01 is a multicast address',
  ],
  [
    'an address of zeros',
    () => ip.link.add({ name: 'n1', kind: 'veth', address: '00:00:00:00:00:00' }),
    'EADDRNOTAVAIL',
    '00:00:00:00:00:00 is all zeros',
  ],
  ['an alias of 256 bytes', () => link(raw(20, text(256))), 'ERANGE', '(ifalias: at most 255 bytes)', 'ifalias'],
  [
    'a VXLAN id of 25 bits',
    () => ip.link.add({ name: 'n1', kind: 'vxlan', data: { id: 1 << 24 } }),
    'ERANGE',
    'VXLAN ID must be lower than 16777216 (linkinfo.data.id)',
    'linkinfo.data.id',
  ],
  [
    'a VXLAN without id',
    () => ip.link.add({ name: 'n1', kind: 'vxlan' }),
    'EINVAL',
    'Required attributes not provided',
  ],
  [
    'a VXLAN id that is taken: the kernel’s words say it all',
    () => ip.link.add({ name: 'n1', kind: 'vxlan', data: { id: 7, port: 4789 } }),
    'EEXIST',
    'link add n1: EEXIST: A VXLAN device with the specified VNI already exists',
  ],
  [
    'an index that is taken',
    () => ip.link.add({ name: 'n1', index: 1, kind: 'bridge' }),
    'EEXIST',
    'a link named "n1" already exists, or one with index 1',
  ],
  [
    'a link below a tunnel there is not',
    () => ip.link.add({ name: 'n1', kind: 'vxlan', data: { id: 8, link: 9999 } }),
    'ENODEV',
    '(there is no link #9999 (data.link) in netns [',
  ],
  [
    'the same as a bare message: what is to be made is not what is missing',
    () =>
      ip.socket.request(
        RTM_NEWLINK,
        { attrs: { ifname: 'n1', linkinfo: { kind: 'vxlan', data: { id: 8, link: 9999 } } } },
        NEW,
      ),
    'ENODEV',
    'RTM_NEWLINK: ENODEV: Invalid local interface, device not found',
  ],
  [
    'a master there is not, at once',
    () => ip.link.add({ name: 'n1', kind: 'bridge', master: 9999 }),
    'EINVAL',
    'perhaps there is no link #9999 (master)',
  ],
  [
    'no lower link',
    () => ip.socket.request(RTM_NEWLINK, { attrs: { ifname: 'n1', linkinfo: { kind: 'macvlan' } } }, NEW),
    'EINVAL',
    'invalid argument',
  ],
  [
    'a lower link there is not',
    () => ip.link.add({ name: 'n1', kind: 'macvlan', link: 9999 }),
    'ENODEV',
    'there is no link #9999 (link) in netns',
  ],
  [
    'a veth as master',
    () => ip.link.set('veth1', { master: 'veth2' }),
    'EOPNOTSUPP',
    'veth2 takes no ports, or not veth1',
  ],
  ['itself as master', () => ip.link.set('br0', { master: 'br0' }), 'ELOOP', 'Can not enslave a bridge to a bridge'],
  ['a veth itself as master', () => ip.link.set('veth1', { master: 'veth1' }), 'EOPNOTSUPP', 'veth1 takes no ports'],
  ['a master there is not', () => ip.link.set('veth1', { master: 9999 }), 'EINVAL', 'there is no link #9999 (master)'],
  ['a bridge as port', () => ip.link.set('br0', { master: 'br1' }), 'ELOOP', 'Can not enslave a bridge to a bridge'],
  ['a closed descriptor as netns', () => link({ netNsFd: 98765 }), 'EBADF', 'bad file descriptor'],
  ['a descriptor that is no netns', () => link({ netNsFd: notNetns }), 'EINVAL', 'invalid argument'],
  ['a process that is not there', () => link({ netNsPid: 4_000_000 }), 'ESRCH', 'no such process'],
  ['deleting lo', () => ip.link.delete('lo'), 'EOPNOTSUPP', 'lo is of a kind that cannot be deleted'],
];

const addresses: Row[] = [
  [
    'prefix length 33',
    () => address({ prefixlen: 33 }, { local: '10.0.1.1' }),
    'EINVAL',
    'ipv4: Invalid prefix length',
  ],
  [
    'prefix length 255',
    () => address({ prefixlen: 255 }, { local: '10.0.1.1' }),
    'EINVAL',
    'ipv4: Invalid prefix length',
  ],
  [
    'prefix length 129 of IPv6',
    () => address({ family: 10, prefixlen: 129 }, { local: 'fd00::9' }),
    'EINVAL',
    'ipv6: Invalid prefix length',
  ],
  ['4 bytes of IPv6', () => address({ family: 10 }, raw(2, text(4))), 'ERANGE', 'policy validation (local)', 'local'],
  [
    'an address that is there',
    () => ip.address.add('veth1', '10.0.0.1/24'),
    'EEXIST',
    'Address already assigned (veth1 has 10.0.0.1/24 already)',
  ],
  [
    'the same without NLM_F_EXCL',
    () =>
      ip.socket.request(
        RTM_NEWADDR,
        { family: 2, prefixlen: 24, index: 11, attrs: { local: '10.0.0.1' } },
        { flags: NLM_F_CREATE },
      ),
    'EEXIST',
    'Address already assigned',
  ],
  ['the same of IPv6', () => ip.address.add('veth1', 'fd00::1/64'), 'EEXIST', 'veth1 has fd00::1/64 already'],
  ['deleting what is not there', () => ip.address.delete('veth1', '10.0.0.9/24'), 'EADDRNOTAVAIL', 'ipv4: Address not'],
  ['deleting another prefix', () => ip.address.delete('veth1', '10.0.0.1/25'), 'EADDRNOTAVAIL', 'ipv4: Address not'],
  [
    'preferred longer than valid',
    () => address({}, { local: '10.0.1.1', cacheinfo: { prefered: 6, valid: 5 } }),
    'EINVAL',
    'ipv4: address lifetime invalid',
  ],
  [
    'valid for 0 s',
    () => address({}, { local: '10.0.1.1', cacheinfo: {} }),
    'EINVAL',
    'ipv4: address lifetime invalid',
  ],
  ['::', () => ip.address.add('veth1', '::/64'), 'EADDRNOTAVAIL', 'ipv6: Invalid address'],
  ['ff02::5', () => ip.address.add('veth1', 'ff02::5/64'), 'EADDRNOTAVAIL', 'Cannot assign multicast address without'],
  ['::1 elsewhere', () => ip.address.add('veth1', '::1/128'), 'EADDRNOTAVAIL', 'Cannot assign loopback address'],
  [
    'a label of 17 bytes',
    () => address({}, { local: '10.0.1.1', ...raw(3, text(17)) }),
    'ERANGE',
    '(label: at most 15',
    'label',
  ],
  ['a link there is not', () => ip.address.add(9999, '10.0.0.1/24'), 'ENODEV', '(there is no link #9999 in netns ['],
  ['listing those of one', () => ip.address.list({ link: 9999 }), 'ENODEV', 'there is no link #9999 in netns ['],
];

const routes: Row[] = [
  [
    'a way through no link',
    () => ip.route.add('10.0.9.0/24', { link: 9999 }),
    'ENODEV',
    'no link #9999 (link) in netns',
  ],
  [
    'two such ways',
    () => ip.route.add('10.0.9.0/24', { nexthops: [{ link: 9999 }, { link: 9998 }] }),
    'ENODEV',
    'no link #9999 (nexthops.0.link) or no #9998 (nexthops.1.link) in netns',
  ],
  ['looking up one', () => ip.route.get('10.0.9.1', { link: 9999 }), 'ENODEV', 'no link #9999 (link) in netns'],
  [
    'a link that is down',
    () => ip.route.add('10.0.9.0/24', { link: 'veth1' }),
    'ENETDOWN',
    'Device for nexthop is not up (set the link up first)',
  ],
];

test.each([...links, ...addresses, ...routes])('%s', async (...[, request, code, words, attribute]) => {
  const error = await request().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(NetlinkError);
  // Where the kernel points at no attribute, none is made up.
  expect(error).toMatchObject({ code, attribute });
  expect((error as Error).message).toContain(`${code}: `);
  expect((error as Error).message).toContain(words);
});

test('the kernel was not changed by any of them', async () => {
  expect((await ip.link.list()).map(each => each.name)).toEqual(['lo', 'br0', 'br1', 'vx0', 'veth1', 'veth2']);
  expect((await ip.link.get('veth1')).mtu).toBe(1500);
});

test('a request that the send buffer has no room for is a typed error; the largest attribute is not', async () => {
  await ip.socket.request(RTM_NEWLINK, { index: 11, attrs: raw(999, new Uint8Array(65531)) });
  const tooMuch: Raw = Object.assign({}, ...[1, 2, 3, 4, 5].map(i => raw(900 + i, new Uint8Array(60000))));
  const refused = ip.socket.request(RTM_NEWLINK, { index: 11, attrs: tooMuch }, { operation: 'link set veth1' });
  await expect(refused).rejects.toBeInstanceOf(SyscallError);
  await expect(refused).rejects.toMatchObject({ code: 'EMSGSIZE', errno: 90, syscall: 'send' });
  await expect(link(raw(999, new Uint8Array(65532)))).rejects.toThrow('an attribute holds at most 65531');
});

test('a filter that the kernel does not know is not left out', async () => {
  expect(await ip.link.list({ kind: 'nonesuch' })).toEqual([]);
  expect(await ip.link.list({ kind: 'bridge' })).toHaveLength(2);
});
