import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import {
  type AddressInput,
  type LinkInput,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_NEWADDR,
  RTM_NEWLINK,
  type UnknownAttribute,
} from '../../src/protocol/index.js';
import { ipJson } from '../support/ip.js';

// Where the kernel says OK and does something else: the first is what it does, the second what we do instead.

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  await ip.link.add({ name: 'veth1', index: 11, kind: 'veth', peer: { name: 'veth2' } });
});
afterEach(() => {
  ip.close();
  ns.close();
});

const NEW = { flags: NLM_F_CREATE | NLM_F_EXCL };
const bytes = (...data: number[]): Uint8Array => Uint8Array.from(data);
/** An attribute as its table would not write it. */
const raw = (type: number, data: Uint8Array): Record<`#${number}`, UnknownAttribute> => ({
  [`#${type}`]: { type, data },
});
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const makeBridge = (name: object): Promise<unknown> =>
  ip.socket.request(RTM_NEWLINK, { attrs: { ...name, linkinfo: { kind: 'bridge' } } } as LinkInput, NEW);
const address = (family: number, attrs: object, flags = NEW): Promise<unknown> =>
  ip.socket.request(RTM_NEWADDR, { family, prefixlen: 32, index: 11, attrs } as AddressInput, flags);
const names = (): unknown[] => ipJson(ns, 'link').map(link => link['ifname']);
const addresses = (): unknown[] =>
  ipJson(ns, '-4', 'address', 'show', 'dev', 'veth1').flatMap(link =>
    (link['addr_info'] as { local: string; label: string }[]).map(each => each.local),
  );
const macOf = (name: string): unknown => ipJson(ns, 'link', 'show', name)[0]!['address'];

test('a name is cut at NUL', async () => {
  await makeBridge(raw(3, text('x\0y\0')));
  expect(names()).toContain('x');
  await expect(ip.link.add({ name: 'z\0y', kind: 'bridge' })).rejects.toThrow('name: "z\\u0000y" is no link name');
  await expect(makeBridge({ ifname: 'z\0y' })).rejects.toThrow('ifname: expected');
  expect(names()).not.toContain('z');
});

test('a name with % is a template', async () => {
  await makeBridge({ ifname: 'br%d' });
  expect(names()).toContain('br0');
  await expect(ip.link.add({ name: 'br%d', kind: 'bridge' })).rejects.toThrow('it contains "%"');
  await expect(ip.link.set('veth1', { name: 'br%d' })).rejects.toThrow('it contains "%"');
  expect(names()).not.toContain('br1');
});

test('a hardware address that is too long is cut', async () => {
  const long = [2, 0, 0, 0, 0, 1, 7, 7];
  await ip.socket.request(RTM_NEWLINK, { index: 11, attrs: raw(1, bytes(...long)) });
  expect(macOf('veth1')).toBe('02:00:00:00:00:01');
  for (const length of [4, 5, 7, 8, 16, 20]) {
    const given = Array(length).fill('02').join(':');
    const words = `address: expected 6 bytes like 02:00:00:00:00:01, got ${length}`;
    await expect(ip.link.set('veth1', { address: given })).rejects.toThrow(words);
    await expect(ip.link.add({ kind: 'bridge', name: 'br0', address: given })).rejects.toThrow(words);
  }
  await expect(ip.link.set('veth1', { broadcast: Array(20).fill('ff').join(':') })).rejects.toThrow(
    'broadcast: expected 6',
  );
  expect(macOf('veth1')).toBe('02:00:00:00:00:01');
  expect(names()).not.toContain('br0');
});

test('of an IPv6 address in an IPv4 message the first four bytes count', async () => {
  const own = bytes(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  await address(2, raw(2, own));
  expect(addresses()).toEqual(['32.1.13.184']);
  await expect(address(2, { local: '2001:db8::1' })).rejects.toThrow(/local: expected .*IPv4/);
  await expect(address(10, { local: '10.0.0.1' })).rejects.toThrow(/local: expected .*IPv6/);
  expect(addresses()).toEqual(['32.1.13.184']);
  // No operation takes the family apart from the address.
  await ip.address.add('veth1', '2001:db8::1/128', { flags: ['nodad'] });
  expect(ipJson(ns, '-6', 'address', 'show', 'dev', 'veth1')).toMatchObject([
    { addr_info: [{ local: '2001:db8::1' }] },
  ]);
});

test('a number that is too short is a number all the same, and what it does not know is ignored', async () => {
  await ip.socket.request(RTM_NEWLINK, { index: 11, attrs: raw(999, bytes(1, 2, 3)) });
  await expect(ip.socket.request(RTM_NEWLINK, { index: 11, attrs: { mtu: 1400.5 } })).rejects.toThrow('mtu: expected');
  await expect(ip.link.set('veth1', { mtu: 2 ** 32 + 1400 })).rejects.toThrow('mtu: expected an integer from 0 to');
  await expect(ip.link.set('veth1', { mtuu: 1400 } as object)).rejects.toThrow('no setting is called "mtuu"');
  expect(ipJson(ns, 'link', 'show', 'veth1')).toMatchObject([{ mtu: 1500 }]);
});

test('changing an address that is not there adds it: only adding is offered, and refuses one that is', async () => {
  await address(2, { local: '10.0.0.1' }, { flags: 0 });
  expect(addresses()).toEqual(['10.0.0.1']);
  await expect(ip.address.add('veth1', '10.0.0.1/32')).rejects.toMatchObject({ code: 'EEXIST' });
});

test('0.0.0.0 is acknowledged and not added', async () => {
  await address(2, { local: '0.0.0.0' });
  expect(ipJson(ns, '-4', 'address', 'show', 'dev', 'veth1')).toEqual([]);
  await expect(ip.address.add('veth1', '0.0.0.0/32')).rejects.toThrow('address: a link cannot have 0.0.0.0');
});

test('what is documented to be taken: odd IPv4 addresses, labels of any shape, names that are not ASCII', async () => {
  const odd = ['255.255.255.255', '224.0.0.5'];
  for (const each of odd) await ip.address.add('veth1', `${each}/32`, { label: 'zzz' });
  expect(addresses()).toEqual(expect.arrayContaining(odd));
  await ip.link.add({ name: 'é'.repeat(7), kind: 'bridge' });
  expect(names()).toContain('é'.repeat(7));
  expect((await ip.link.get('é'.repeat(7))).kind).toBe('bridge');
});

test('a link that is up can be renamed', async () => {
  await ip.link.set('veth1', { up: true });
  await ip.link.set('veth1', { name: 'other' });
  expect(names()).toEqual(expect.arrayContaining(['other', 'veth2']));
});
