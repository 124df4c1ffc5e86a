import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ip, type Namespace, type Notification, netns, open, type Subscription } from '../../src/index.js';
import { RTM_NEWADDR, RTM_NEWLINK, RTM_NEWNEXTHOP } from '../../src/protocol/index.js';
import { shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
let descriptors: number;
const opened = (): number => readdirSync('/proc/self/fd').length;
beforeAll(() => open().close()); // loads koffi
beforeEach(async () => {
  descriptors = opened();
  ns = netns.create();
  ip = open({ netns: ns });
  await ip.link.set('lo', { up: true });
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  await ip.link.set('veth1', { up: true }); // an alias is announced of links that are up
});
afterEach(() => {
  ip.close();
  ns.close();
  expect(opened()).toBe(descriptors);
});

/** What a link's notification says of its alias, which `ip` sets; of an address, the address. */
function told(notification: Notification | undefined): unknown {
  if (notification?.kind !== 'message') return notification?.kind;
  const { message } = notification;
  if (message.type === RTM_NEWLINK) return message.body.attrs.ifalias;
  return message.type === RTM_NEWADDR ? message.body.attrs.local : message.type;
}
const alias = (text: string): unknown => shell(ns, 'ip', 'link', 'set', 'veth1', 'alias', text);
const add = (address: string): Promise<void> => ip.address.add('veth1', address);
async function next(subscription: Subscription): Promise<unknown> {
  return told((await subscription.next()).value);
}

test('groups by name and number, above 31 too; one that was left says nothing more', async () => {
  using subscription = ip.socket.subscribe(['nexthop', 5]);
  shell(ns, 'ip', 'link', 'set', 'veth1', 'mtu', '1400'); // not subscribed to
  shell(ns, 'ip', 'nexthop', 'add', 'id', '7', 'blackhole');
  expect(await next(subscription)).toBe(RTM_NEWNEXTHOP);
  shell(ns, 'ip', 'address', 'add', '10.0.0.1/32', 'dev', 'veth1');
  expect(await next(subscription)).toBe('10.0.0.1');

  subscription.leave('nexthop');
  subscription.join('link');
  shell(ns, 'ip', 'nexthop', 'add', 'id', '8', 'blackhole');
  alias('joined');
  expect(await next(subscription)).toBe('joined');
  expect(subscription.take()).toBeUndefined();
});

test('a group that this kernel lacks is refused in words, and nothing stays open', () => {
  expect(() => ip.socket.subscribe(['link', 255])).toThrow(
    'setsockopt: EINVAL: NETLINK_ADD_MEMBERSHIP 255: this kernel has no such group',
  );
});

test('an overrun is an event; the watcher that libuv gave up is replaced, again and again', async () => {
  using subscription = ip.socket.subscribe(['ipv4Ifaddr'], { receiveBuffer: 1 });
  for (let round = 0; round < 3; round++) {
    const first = subscription.next(); // libuv watches
    await sleep(1);
    // `ip` runs in this very turn of the event loop: nothing is received meanwhile.
    const addresses = Array.from({ length: 60 }, (_, i) => `10.${round}.0.${i}`);
    const commands = addresses.map(each => `ip address add ${each}/32 dev veth1`);
    shell(ns, 'sh', '-c', commands.join('\n'));
    const seen = [told((await first).value)];
    while (seen.at(-1) !== 'overrun') seen.push(await next(subscription));
    // What there was room for, in order, and then the loss.
    const kept = seen.slice(0, -1);
    expect(kept).toEqual(addresses.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(addresses.length);
    // And on it goes, from the watcher alone.
    const later = next(subscription);
    await sleep(1);
    await add(`10.${round}.1.1/32`);
    expect(await later).toBe(`10.${round}.1.1`);
  }
});

test('all namespaces: each notification says in which one by the id that ip lists', async () => {
  using one = netns.create();
  using two = netns.create();
  await using ipOne = open({ netns: one });
  await using ipTwo = open({ netns: two });
  await ip.netns.setId(one, 17);
  await ip.netns.setId(two, 4);
  expect(shell(ns, 'ip', 'netns', 'list-id').trim().split(/\s*\n/)).toEqual(['nsid 4', 'nsid 17']);
  const own = ip.socket.subscribe(['ipv4Ifaddr']);
  const all = ip.socket.subscribe(['ipv4Ifaddr'], { allNamespaces: true });
  const addresses = [
    [ip, ns, '10.0.0.1', undefined],
    [ipOne, one, '10.0.1.1', 17],
    [ipTwo, two, '10.0.2.1', 4],
    [ipOne, one, '10.0.3.1', 17],
  ] as const;
  for (const [, where, address] of addresses) shell(where, 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
  const got: unknown[] = [];
  for (let i = 0; i < addresses.length; i++) {
    const { value } = await all.next();
    got.push([told(value), value?.kind === 'message' && value.nsid]);
  }
  expect(got).toEqual(addresses.map(([, , address, nsid]) => [address, nsid]));
  expect([await next(own), own.take()]).toEqual(['10.0.0.1', undefined]);
});

describe('a slow consumer', () => {
  test('takes up no more memory than it may, and misses nothing that the kernel can hold', async () => {
    using subscription = ip.socket.subscribe(['ipv4Ifaddr'], { queueLimit: 10 });
    const addresses = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const waiting: number[] = [];
    const got: unknown[] = [];
    await ip.batch(() => addresses.map(each => add(`${each}/32`)));
    while (got.length < addresses.length) {
      got.push(await next(subscription));
      waiting.push(subscription.queued);
      if (got.length % 50 === 0) await sleep(2); // the watcher would take in more
    }
    expect(got).toEqual(addresses);
    expect(Math.max(...waiting)).toBe(9);
  });

  test('is told that it missed something where the kernel could not hold it, and goes on', async () => {
    using subscription = ip.socket.subscribe(['ipv4Ifaddr'], { queueLimit: 3, receiveBuffer: 8192 });
    await ip.batch(() => Array.from({ length: 200 }, (_, i) => add(`10.0.0.${i}/32`)));
    const got: unknown[] = [];
    while (got.at(-1) !== 'overrun') {
      got.push(await next(subscription));
      expect(subscription.queued).toBeLessThanOrEqual(3);
    }
    expect(got.slice(0, -1)).toEqual(Array.from({ length: got.length - 1 }, (_, i) => `10.0.0.${i}`));
    expect(got.length).toBeGreaterThan(3);
    await add('10.1.1.1/32');
    expect(await next(subscription)).toBe('10.1.1.1');
  });
});

test('what it delivers is what ip monitor prints', async () => {
  const monitor: ChildProcess = ns.run(() =>
    spawn('ip', ['-o', 'monitor', 'address'], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  let printed = '';
  monitor.stdout!.on('data', chunk => (printed += chunk));
  using subscription = ip.socket.subscribe(['ipv4Ifaddr']);
  // It is listening when it prints the first.
  const addresses: string[] = [];
  while (!printed.includes('inet')) {
    addresses.push(`10.0.0.${addresses.length}`);
    await add(`${addresses.at(-1)}/32`);
    await sleep(20);
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => add(`10.0.1.${i}/32`)));
  await add('10.9.9.9/32');
  while (!printed.includes('10.9.9.9')) await sleep(5);
  monitor.kill();
  await once(monitor, 'close');
  const got: unknown[] = [];
  while (got.at(-1) !== '10.9.9.9') got.push(await next(subscription));
  const theirs = [...printed.matchAll(/inet ([\d.]+)/g)].map(match => match[1]);
  expect(theirs.length).toBeGreaterThanOrEqual(22);
  expect(got.slice(got.length - theirs.length)).toEqual(theirs);
});

test('the signal and the end of the socket end a wait', async () => {
  const controller = new AbortController();
  const subscription = ip.socket.subscribe(['link'], { signal: controller.signal });
  const waiting = subscription.next();
  await sleep(1);
  controller.abort('enough');
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
  const other = ip.socket.subscribe(['link']).next();
  await sleep(1);
  ip.close();
  expect(await other).toEqual({ done: true, value: undefined });
});
