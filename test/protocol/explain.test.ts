import fc from 'fast-check';
import {
  attributeAt,
  decodeMessages,
  type ErrorBody,
  encodeMessage,
  explain,
  type MessageInput,
  missingAttribute,
  parseHex,
} from '../../src/protocol/index.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { goldens, LITTLE } from './fixtures.js';

const bytesOf = (name: string): Uint8Array => goldens.find(each => each.name === name)!.bytes;
const errorOf = (name: string): ErrorBody => decodeMessages(bytesOf(name), LITTLE)[0]!.body as ErrorBody;

test('one line an attribute, indented, with offsets, names and values', () => {
  expect(explain(bytesOf('link/add-veth-request'), LITTLE)).toBe(`\
0000: RTM_NEWLINK length 92, NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, sequence 0, port 0
0010:   ifinfomsg ifi_family 0, ifi_type netrom (0), ifi_index 0, ifi_flags 0, ifi_change 0
0020:   IFLA_IFNAME "veth1"
002c:   IFLA_LINKINFO
0030:     IFLA_INFO_KIND "veth"
0038:     IFLA_INFO_DATA
003c:       VETH_INFO_PEER
0040:         ifinfomsg ifi_family 0, ifi_type netrom (0), ifi_index 0, ifi_flags 0, ifi_change 0
0050:         IFLA_IFNAME "veth2"`);
});

test('an error repeats the request in words', () => {
  const text = explain(bytesOf('control/error-text-error'), LITTLE);
  expect(text).toMatch(/^0010: {3}error -95$/m);
  expect(text).toMatch(/^[0-9a-f]{4}: {7}IFLA_INFO_KIND "nosuchkind"$/m);
  expect(text).toMatch(/^[0-9a-f]{4}: {3}NLMSGERR_ATTR_MSG "Unknown device type"$/m);
});

test('what is malformed is shown as hex with the reason, and the rest all the same', () => {
  const bytes = bytesOf('link/add-veth-request').slice();
  bytes[0x30] = 77; // the length of IFLA_INFO_KIND
  const text = explain(bytes, LITTLE);
  expect(text).toMatch(/^0020: {3}IFLA_IFNAME "veth1"$/m);
  expect(text).toMatch(/^0030: {5}4d000100 76657468 .* \(expected an attribute length from 4 to 44, got 77\)$/m);
});

test('an attribute without a row is shown as hex; one that says it holds attributes is taken apart', () => {
  const bytes = parseHex(
    '34000000 10000500 00000000 00000000 00000000 00000000 00000000 00000000 06006b00 01020000 0c006c80 08000100 05000000',
  );
  expect(explain(bytes, LITTLE).split('\n').slice(2)).toEqual([
    '0020:   IFLA_#107 0102 (unknown)',
    '0028:   IFLA_#108 NLA_F_NESTED',
    '002c:     #1 05000000 (unknown)',
  ]);
});

test('padding is called what the kernel calls it', () => {
  const link = parseHex('28000000 10000000 00000000 00000000 00000000 00000000 00000000 00000000 04002a00 04002a80');
  expect(explain(link, LITTLE).split('\n').slice(2)).toEqual([
    '0020:   IFLA_PAD (padding)',
    '0024:   IFLA_PAD NLA_F_NESTED (padding)',
  ]);
  expect(decodeMessages(link, LITTLE)[0]!.body).toMatchObject({
    attrs: { '#42': { type: 42 }, '#42.1': { type: 0x802a } },
  });
  expect(Buffer.from(encodeMessage(decodeMessages(link, LITTLE)[0] as MessageInput, LITTLE))).toEqual(
    Buffer.from(link),
  );
});

test('of two kinds the last says how to read the data, as it does when decoding', () => {
  const bytes = parseHex(`
    48000000 10000500 00000000 00000000 00000000 00000000 00000000 00000000 28001200
    09000100 766c616e 00000000 0c000200 08000100 08000000 0b000100 6d616376 6c616e00`);
  expect(explain(bytes, LITTLE).split('\n').slice(2)).toEqual([
    '0020:   IFLA_LINKINFO',
    '0024:     IFLA_INFO_KIND (comes again) "vlan"',
    '0030:     IFLA_INFO_DATA',
    '0034:       IFLA_MACVLAN_MODE passthru (8)',
    '003c:     IFLA_INFO_KIND "macvlan"',
  ]);
  expect(decodeMessages(bytes, LITTLE)[0]!.body).toMatchObject({
    attrs: { linkinfo: { kind: 'macvlan', data: { mode: 'passthru' } } },
  });
  expect(attributeAt(bytes, 0x24)).toEqual({ path: 'linkinfo.#1', kernelName: 'IFLA_INFO_KIND' });
  expect(attributeAt(bytes, 0x3c)).toEqual({ path: 'linkinfo.kind', kernelName: 'IFLA_INFO_KIND' });
});

test('in a list every member counts, whatever its number', () => {
  const bytes = parseHex(`
    44000000 10000500 00000000 00000000 00000000 00000000 00000000 00000000 24001200
    08000100 626f6e64 18000200 14000800 08000000 0a000001 08000000 0a000002`);
  expect(explain(bytes, LITTLE).split('\n').slice(6)).toEqual([
    '0034:         [0] 10.0.0.1',
    '003c:         [0] 10.0.0.2',
  ]);
  expect(JSON.stringify(decodeMessages(bytes, LITTLE))).toContain('"arpIpTarget":["10.0.0.1","10.0.0.2"]');
});

test('data of an unknown kind is shown as hex with the reason', () => {
  expect(explain(bytesOf('kind/gtp-a-request').slice(), LITTLE)).toMatch(/IFLA_INFO_KIND "gtp"/);
  const bytes = bytesOf('kind/vlan-a-request').slice();
  bytes[Buffer.from(bytes).indexOf('vlan')] = 0x78;
  expect(explain(bytes, LITTLE)).toMatch(/IFLA_INFO_DATA 0{0}[0-9a-f ]+ \(no layout for kind "xlan"\)/);
});

test('the kernel points at an attribute by its offset in the request', () => {
  const { offs } = errorOf('control/error-policy-error').attrs;
  expect(attributeAt(bytesOf('control/error-policy-request'), offs!)).toEqual({
    path: 'gsoMaxSize',
    kernelName: 'IFLA_GSO_MAX_SIZE',
  });
});

test("the kernel points into a veth link's peer", () => {
  const { offs } = errorOf('control/error-policy-peer-error').attrs;
  expect(attributeAt(bytesOf('control/error-policy-peer-request'), offs!)).toEqual({
    path: 'linkinfo.data.peer.attrs.gsoMaxSize',
    kernelName: 'IFLA_GSO_MAX_SIZE',
  });
});

test('an offset inside an attribute names it; one in the headers or behind the end names none', () => {
  const request = bytesOf('link/add-veth-request');
  expect(attributeAt(request, 0x22)?.path).toBe('ifname');
  expect(attributeAt(request, 0x31)?.path).toBe('linkinfo.kind');
  expect(attributeAt(request, 0)).toBeUndefined();
  expect(attributeAt(request, 0x18)).toBeUndefined();
  expect(attributeAt(request, request.length + 4)).toBeUndefined();
});

test('a missing attribute is named by its set and number', () => {
  const request = bytesOf('link/add-veth-request');
  expect(missingAttribute(request, undefined, 4)).toEqual({ path: 'mtu', kernelName: 'IFLA_MTU' });
  expect(missingAttribute(request, 0x2c, 5)).toEqual({
    path: 'linkinfo.slaveData',
    kernelName: 'IFLA_INFO_SLAVE_DATA',
  });
  expect(missingAttribute(request, 0x3c, 4)).toEqual({ path: 'linkinfo.data.peer.attrs.mtu', kernelName: 'IFLA_MTU' });
  expect(missingAttribute(request, undefined, 9999)).toBeUndefined();
});

test('the kernel says which attribute is missing by its number', () => {
  expect(errorOf('control/error-missing-error').attrs.missType).toBe(1);
});

test('a datagram of several messages is explained one after the other', () => {
  const one = bytesOf('link/add-veth-ack');
  const two = bytesOf('link/dump-done');
  const both = explain(Buffer.concat([one, two]), LITTLE).split('\n');
  const [alone, other] = [one, two].map(bytes => explain(bytes, LITTLE).split('\n'));
  expect(both.slice(0, alone!.length)).toEqual(alone);
  expect(both.slice(alone!.length).map(line => line.slice(4))).toEqual(other!.map(line => line.slice(4)));
});

const types = [...Object.keys(bodies).map(Number), 1, 2, 3, 4, 36, 52, 9999];

/** Bytes behind a header that says something is there. */
const messages = fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 120 })).map(([type, rest]) => {
  const bytes = Uint8Array.from([...new Uint8Array(16), ...rest]);
  new DataView(bytes.buffer).setUint32(0, bytes.length, true);
  new DataView(bytes.buffer).setUint16(4, type, true);
  return bytes;
});

test('whatever the bytes, they are shown and can be read back', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 100 }), messages),
      fc.constantFrom('little', 'big'),
      (bytes, byteOrder) => {
        expect(typeof explain(bytes, { byteOrder })).toBe('string');
        expect(Buffer.from(parseHex(explain(bytes, { byteOrder, bytes: true })))).toEqual(Buffer.from(bytes));
      },
    ),
    { numRuns: 2000 },
  );
});
