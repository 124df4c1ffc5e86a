import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Ip, type Namespace, netns, open, type Store } from '../../src/index.js';
import { RTM_GETROUTE } from '../../src/protocol/index.js';
import { ipBatch, ipJson } from '../support/ip.js';
import { advertise } from '../support/router.js';
import { expectSame } from '../support/same-routes.js';
import { settled } from '../support/settled.js';

// What the kernel does with routes and announces only by what it does to something else.

let ns: Namespace;
let ip: Ip;
let store: Store;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  const links = ['v0', 'w0'].map(name => `link set ${name} up`);
  await ipBatch(ns, ['link add v0 type veth peer name w0', ...links]);
  for (const name of ['v0', 'w0']) await ip.link.waitFor(name, { operState: 'up' });
  store = ip.watch(['route']);
  await store.ready;
});
afterEach(() => {
  store.close();
  ip.close();
  ns.close();
});

/** How many lists of routes the store asked for while `during` ran. */
async function lists(during: () => Promise<void>): Promise<number> {
  const { socket } = ip;
  const dump = socket.dump;
  let count = 0;
  socket.dump = ((type: number, ...rest: []) => {
    if (type === RTM_GETROUTE) count++;
    return (dump as (...all: unknown[]) => unknown).call(socket, type, ...rest);
  }) as typeof dump;
  try {
    await during();
  } finally {
    socket.dump = dump;
  }
  return count;
}

test('with the last address of a link go its routes, whoever is said to have made them; with another none', async () => {
  for (const way of ['', 'src 10.0.0.1', 'metric 7 src 10.0.0.1']) {
    await ipBatch(ns, [
      'address add 10.0.0.1/24 dev v0',
      'address add 10.0.1.1/24 dev v0',
      `route add 10.9.0.0/16 dev v0 proto kernel ${way}`,
      `route add 10.0.0.0/24 dev v0 proto kernel metric 9 ${way.replace('metric 7', '')}`,
    ]);
    await expectSame(ns, 'route', store);
    await ipBatch(ns, ['address del 10.0.0.1/24 dev v0']);
    await settled(() => store.routes.get('10.0.0.1/32', { table: 'local' }) === undefined);
    await sleep(50);
    await expectSame(ns, 'route', store);
    await ipBatch(ns, ['address del 10.0.1.1/24 dev v0']);
    await settled(() => store.routes.list({ family: 4 }).length === 0);
    await expectSame(ns, 'route', store);
    expect(ipJson(ns, '-4', 'route', 'show')).toEqual([]);
  }
});

test('an address that is one of several, or has no routes but its own, costs no question', async () => {
  await ipBatch(ns, ['address add 10.0.0.1/24 dev v0', 'route add 10.9.0.0/16 via 10.0.0.9']);
  const several = Array.from({ length: 20 }, (_, i) => `10.0.${i + 1}.1/24 dev v0`);
  await ipBatch(
    ns,
    several.map(each => `address add ${each}`),
  );
  await ipBatch(ns, ['address add 10.1.0.1/24 dev w0', 'address add 10.1.0.2 peer 10.1.1.2/30 dev w0 metric 5']);
  await expectSame(ns, 'route', store);
  const asked = await lists(async () => {
    for (const each of [...several, '10.1.0.1/24 dev w0', '10.1.0.2 peer 10.1.1.2/30 dev w0']) {
      await ipBatch(ns, [`address del ${each}`]);
      await sleep(5);
    }
    await settled(() => store.routes.list({ family: 4, table: 'all' }).length === 4);
    await expectSame(ns, 'route', store);
  });
  expect(asked).toBe(0);
});

test('whether routes without carrier count as dead, as the sysctl of the link and of all says', async () => {
  const set = (family: string, which: string, value: number): void =>
    ns.run(() => writeFileSync(`/proc/sys/net/${family}/conf/${which}/ignore_routes_with_linkdown`, `${value}`));
  await ipBatch(ns, ['link add v1 type veth peer name w1', 'link set v1 up', 'link set w1 up']);
  await ipBatch(ns, ['address add 10.0.0.1/24 dev v0', 'address add fd00::1/64 dev v0 nodad']);
  await ipBatch(ns, ['address add 10.0.1.1/24 dev v1', 'address add fd01::1/64 dev v1 nodad']);
  await ipBatch(ns, [
    'route add 10.9.0.0/16 nexthop via 10.0.0.9 nexthop via 10.0.1.9',
    'route add fd09::/32 nexthop via fd00::9 nexthop via fd01::9',
    'link set w0 down',
  ]);
  const flags = (destination: string): unknown[] => {
    const { nexthops, ...route } = store.routes.get(destination)!;
    return [route.flags, ...nexthops.map(each => each.flags)].flat().sort();
  };
  const all = ['10.0.0.0/24', 'fd00::/64', '10.9.0.0/16', 'fd09::/32'];
  await settled(() => all.every(each => flags(each).includes('linkdown')));
  for (const [which, value] of [
    ['v0', 1],
    ['v0', 0],
    ['all', 1],
    ['all', 0],
  ] as const) {
    for (const family of ['ipv4', 'ipv6']) set(family, which, value);
    const wanted = value === 1 ? ['dead', 'linkdown'] : ['linkdown'];
    await settled(() => all.every(each => flags(each).join() === wanted.join()));
    expect(all.map(flags)).toEqual(all.map(() => wanted));
    await expectSame(ns, 'route', store);
  }
});

test('MTU, hop limit and preference that a router advertises of a route, new or known', async () => {
  const other = netns.create();
  try {
    await ip.link.set('w0', { netns: other });
    const set = (of: Namespace, name: string, value: number): void =>
      of.run(() => writeFileSync(`/proc/sys/net/ipv6/conf/${name}`, `${value}`));
    set(ns, 'v0/accept_ra', 2);
    set(ns, 'v0/accept_dad', 0);
    await using there = open({ netns: other });
    set(other, 'all/forwarding', 1);
    set(other, 'w0/accept_dad', 0);
    await there.link.set('w0', { up: true });
    const { index } = await there.link.waitFor('w0', { operState: 'up' }).then(link => link!);
    await ipBatch(ns, ['link set v0 down', 'link set v0 up']);
    await settled(() => ipJson(other, '-6', 'address', 'show', 'dev', 'w0', 'scope', 'link', '-tentative').length > 0);
    await ip.link.waitFor('v0', { operState: 'up' });
    await sleep(100);
    for (const says of [
      { hopLimit: 60, mtu: 1400 },
      { hopLimit: 60, mtu: 1300 },
      { hopLimit: 61, mtu: 1350 },
      { hopLimit: 62, prefix: 'fd55::' },
      { hopLimit: 63, mtu: 1340, prefix: 'fd55::' },
      { hopLimit: 44, mtu: 1340, prefix: 'fd55::' },
      { hopLimit: 44, mtu: 1340, prefix: 'fd55::', pref: 'high' },
    ] as const) {
      advertise(other, index, says);
      const told = (): Record<string, unknown> => {
        const { metrics, pref } = store.routes.get('default', { family: 6 })?.message.attrs ?? {};
        return { pref, hopLimit: metrics?.hoplimit, mtu: metrics?.mtu };
      };
      const wanted = { pref: 'medium', mtu: told()['mtu'], ...says, prefix: undefined };
      await settled(() => isDeepStrictEqual({ ...told(), prefix: undefined }, wanted));
      const [shown] = ipJson(ns, '-6', 'route', 'show', 'default') as {
        pref: string;
        metrics: Record<string, unknown>[];
      }[];
      const { hoplimit: hopLimit, mtu } = shown!.metrics[0]!;
      expect({ ...told(), prefix: undefined }).toEqual(wanted);
      expect({ pref: shown!.pref, hopLimit, mtu }).toEqual(told());
    }
  } finally {
    other.close();
  }
});
