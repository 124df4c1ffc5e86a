import { decodeMessages, encodeMessage, type LinkAttrs, type Message } from '../../src/protocol/index.js';

const LITTLE = { byteOrder: 'little' } as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const decode = (hex: string): Message => decodeMessages(fromHex(hex), LITTLE)[0]!;
const attrsOf = (message: Message): LinkAttrs => (message.body as unknown as { attrs: LinkAttrs }).attrs;

/** A message of the kernel with nothing but this attribute. */
function around(attribute: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(32 + attribute.length / 2);
  return `${length.toString('hex')}10000000${'0'.repeat(16)}${'0'.repeat(32)}${attribute}`;
}

test('a list that is numbered otherwise keeps its numbers', () => {
  // IFLA_BOND_ARP_IP_TARGET with 10.0.0.1 under 5 and 10.0.0.2 under 3
  const hex = around('2800120009000100626f6e6400000000180002001400080008000500' + '0a00000108000300' + '0a000002');
  const { linkinfo } = attrsOf(decode(hex));
  expect(linkinfo?.kind === 'bond' && [...(linkinfo.data?.arpIpTarget ?? [])]).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(toHex(encodeMessage(decode(hex) as never, LITTLE))).toBe(hex);
});

/** IFLA_INET6_CONF of `n` settings, and IFLA_INET6_STATS whose counters are their own numbers. */
function inet6(settings: number, counters: number): string {
  const attribute = (type: number, payload: Buffer): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(4 + payload.length);
    header.writeUInt16LE(type, 2);
    return Buffer.concat([header, payload]);
  };
  const stats = Buffer.concat(
    Array.from({ length: counters }, (_, i) => {
      const counter = Buffer.alloc(8);
      counter.writeBigUInt64LE(BigInt(i));
      return counter;
    }),
  );
  const set = Buffer.concat([attribute(2, Buffer.alloc(4 * settings)), attribute(3, stats)]);
  return around(attribute(26, attribute(10, set)).toString('hex'));
}

test.each([
  ['Linux 6.12', 59, { outforwdatagrams: 4n, outrequests: 5n, noectpkts: 32n, outpkts: 37n }],
  ['Linux 6.18', 60, { noectpkts: 4n, outrequests: 8n, outpkts: 9n, outforwdatagrams: 11n, reasmOverlaps: 37n }],
])('IPv6 counters as %s numbers them', (_kernel, settings, stats) => {
  const hex = inet6(settings, 38);
  expect(attrsOf(decode(hex)).afSpec?.inet6?.stats).toMatchObject(stats);
  expect(toHex(encodeMessage(decode(hex) as never, LITTLE))).toBe(hex);
});
