import { appendMessage } from '../../src/protocol/frame.js';
import { encodeMessage, type MessageInput, RTM_NEWADDR, RTM_NEWLINK } from '../../src/protocol/index.js';
import { Writer } from '../../src/protocol/writer.js';
import { goldens, LITTLE, toHex } from './fixtures.js';

test.each(goldens)('$name is written over dirty memory without leaving a byte', ({ bytes, value }) => {
  for (const dirt of [0xa5, 0xff]) {
    const w = new Writer('little', new Uint8Array(65_536).fill(dirt));
    appendMessage(w, value as MessageInput);
    expect(toHex(w.written())).toBe(toHex(encodeMessage(value as MessageInput, LITTLE)));
    expect(toHex(w.written().subarray(0, bytes.length))).toBe(toHex(bytes));
  }
});

test('a buffer that is too small is replaced by a larger one', () => {
  const { bytes, value } = goldens.find(({ name }) => name === 'link/dump-veth1')!;
  const w = new Writer('little', new Uint8Array(7).fill(0xa5));
  appendMessage(w, value as MessageInput);
  expect(toHex(w.written())).toBe(toHex(bytes));
});

const link = (attrs: object, more: object = {}): MessageInput =>
  ({ type: RTM_NEWLINK, body: { attrs, ...more } }) as MessageInput;
const unknown = (length: number): object => ({ '#999': { type: 999, data: new Uint8Array(length) } });

test('an attribute holds 65,531 bytes', () => {
  const bytes = encodeMessage(link(unknown(65_531)), LITTLE);
  expect(bytes.length).toBe(32 + 65_536);
  expect([...bytes.subarray(32, 36)]).toEqual([0xff, 0xff, 999 & 0xff, 999 >> 8]);
});

test.each<[string, MessageInput, string]>([
  ['a byte too many', link(unknown(65_532)), 'attrs.#999: 65532 bytes; an attribute holds at most 65531'],
  [
    'a set that is too long as a whole',
    link({
      linkinfo: { '#9': { type: 9, data: new Uint8Array(40_000) }, '#10': { type: 10, data: new Uint8Array(40_000) } },
    }),
    'attrs.linkinfo: 80008 bytes; an attribute holds at most 65531',
  ],
  ['a name no table has', link({ mtuu: 1400 }), 'attrs.mtuu: no IFLA_* attribute has this name'],
  [
    'a name no table has, further in',
    link({ linkinfo: { kind: 'veth', data: { peer: { attrs: { nmae: 'x' } } } } }),
    'attrs.linkinfo.data.peer.attrs.nmae: no IFLA_* attribute has this name',
  ],
  ['a field the header lacks', link({}, { ifindex: 1 }), 'struct ifinfomsg has no field ifindex'],
  ['too large a number', link({ mtu: 2 ** 32 }), 'attrs.mtu: expected an integer from 0 to 4294967295, got 4294967296'],
  ['a negative number', link({ mtu: -1 }), 'attrs.mtu: expected an integer from 0 to 4294967295, got -1'],
  ['a fraction', link({ mtu: 1.5 }), 'attrs.mtu: expected an integer from 0 to 4294967295, got 1.5'],
  ['no number', link({ mtu: Number.NaN }), 'attrs.mtu: expected an integer from 0 to 4294967295, got NaN'],
  ['text for a number', link({ mtu: '1400' }), 'attrs.mtu: expected an integer from 0 to 4294967295, got "1400"'],
  ['an empty link name', link({ ifname: '' }), 'attrs.ifname: expected 1 to 15 bytes of text, got 0: ""'],
  [
    'a link name of 16 bytes',
    link({ ifname: 'é'.repeat(8) }),
    'attrs.ifname: expected 1 to 15 bytes of text, got 16: "éééééééé"',
  ],
  ['NUL within text', link({ ifname: 'x\0y' }), 'attrs.ifname: expected text without NUL, got "x\\u0000y"'],
  [
    'a bad hardware address',
    link({ address: '02:zz' }),
    'attrs.address: expected a hardware address like 02:00:00:00:00:01, got "02:zz"',
  ],
  [
    'a name an enumeration lacks',
    link({ linkmode: 'fast' }),
    'attrs.linkmode: expected one of default, dormant, testing or a number, got "fast"',
  ],
  [
    'a bad address',
    { type: RTM_NEWADDR, body: { attrs: { local: '10.0.0.256' } } },
    'attrs.local: expected an IPv4 or IPv6 address, got "10.0.0.256"',
  ],
  ['a message type beyond 16 bits', { type: 65_536 }, 'type: expected 0 to 65535, got 65536'],
])('%s is refused', (_what, message, text) => {
  expect(() => encodeMessage(message, LITTLE)).toThrow(
    expect.objectContaining({ message: text, code: 'ERR_NETLINK_ENCODE' }),
  );
});

test('after a refusal the next message is written as usual', () => {
  const good = link({ ifname: 'veth1', linkinfo: { kind: 'veth' } });
  const bytes = toHex(encodeMessage(good, LITTLE));
  expect(() => encodeMessage(link({ linkinfo: { kind: 'veth', data: { peer: { attrs: { mtu: -1 } } } } }))).toThrow();
  expect(toHex(encodeMessage(good, LITTLE))).toBe(bytes);
});
