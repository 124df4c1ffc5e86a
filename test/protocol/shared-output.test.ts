import { encodeMessage, RTM_NEWLINK } from '../../src/protocol/index.js';

const named = (ifname: string): Uint8Array => encodeMessage({ type: RTM_NEWLINK, body: { attrs: { ifname } } });

test('what encodeMessage handed out is not written again, whatever is encoded or refused later', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `link${i}`);
  const messages = names.map(ifname => {
    expect(() => named('')).toThrow('expected 1 to 15 bytes');
    return named(ifname);
  });
  const large = encodeMessage({
    type: RTM_NEWLINK,
    body: { attrs: { '#200': { type: 200, data: new Uint8Array(20_000).fill(7) } } },
  });
  const names2 = messages.map(message =>
    Buffer.from(message)
      .toString('latin1')
      .replace(/[^a-z0-9]/g, ''),
  );
  expect(names2.map(text => text.slice(text.indexOf('link')))).toEqual(names);
  expect(large.subarray(36, 36 + 20_000).every(byte => byte === 7)).toBe(true);
});
