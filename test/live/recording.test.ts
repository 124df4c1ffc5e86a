import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ip, KernelTransport, netns, open } from '../../src/index.js';
import { Recording, replay } from '../../src/testing/index.js';
import { ipJson } from '../support/ip.js';

/** What a program does, and all that it sees of it. */
async function program(ip: Ip): Promise<unknown> {
  const seen: unknown[] = [];
  const events = ip.socket.subscribe(['link', 'ipv4Ifaddr']);
  const see = async (operation: Promise<unknown>): Promise<unknown> =>
    seen.push(await operation.catch((error: Error) => `${error}`));
  await see(ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', mtu: 1400 } }));
  await see(ip.address.add('veth1', '172.20.1.1/24'));
  await see(ip.link.add({ name: 'veth1', kind: 'veth' }));
  await see(ip.link.set('veth1', { mtu: 70000 }));
  await see(Promise.all(['veth1', 'veth2'].map(name => ip.link.get(name))));
  await see(ip.link.list({ kind: 'veth' }));
  for await (const address of ip.address.each()) seen.push(address);
  events.poll();
  for (let event = events.take(); event !== undefined; event = events.take()) {
    seen.push(event.kind === 'message' ? event.message.body : event);
  }
  return JSON.parse(JSON.stringify(seen, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)));
}

test('what a program does with the kernel is recorded to a file, and replayed: it sees the same', async () => {
  using ns = netns.create();
  const recording = new Recording();
  await using ip = open({ transport: recording.of(ns.run(() => new KernelTransport())) });
  const seen = await program(ip);
  expect(ipJson(ns, 'address', 'show', 'veth1')).toMatchObject([
    { addr_info: [{ local: '172.20.1.1', prefixlen: 24 }] },
  ]);
  expect(seen).toMatchObject({ length: expect.any(Number), 0: { name: 'veth1' }, 5: [{ mtu: 1400 }, { mtu: 1500 }] });

  const folder = mkdtempSync(join(tmpdir(), 'rtnetlink-'));
  try {
    const file = join(folder, 'veth.exchange');
    writeFileSync(file, recording.toString('a veth pair'));
    const kernel = replay(readFileSync(file, 'utf8'));
    await using again = open({ transport: kernel.open() });
    expect(await program(again)).toEqual(seen);
    kernel.done();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a recorded socket can all that its own can', async () => {
  using ns = netns.create();
  await using ip = open({ transport: new Recording().of(ns.run(() => new KernelTransport({ receiveBuffer: 4096 }))) });
  await ip.forwarding.set({ ipv6: true });
  expect(ns.run(() => readFileSync('/proc/sys/net/ipv6/conf/all/forwarding', 'utf8'))).toBe('1\n');
  expect(readFileSync('/proc/sys/net/ipv6/conf/all/forwarding', 'utf8')).toBe('0\n');
  expect(await Promise.all(Array.from({ length: 200 }, () => ip.link.get('lo')))).toHaveLength(200);
  const link = await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  expect((await ip.link.driverStats(link))['peer_ifindex']).toBe(BigInt(link.linkIndex!));
});
