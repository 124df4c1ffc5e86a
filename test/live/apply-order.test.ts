import type { NetworkSpec } from '../../src/index.js';
import { BAD, ip, PAIR, run } from '../support/own-namespaces.js';

const CALM =
  'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad; echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode';
const ADDRESSES = 'ip -4 -o address show dev v0; ip -6 -o address show dev v0';
const ROUTES = 'ip -4 route show; ip -6 route show';

/** What fails leaves addresses and routes in the order in which `ip` listed them before. */
async function leavesInOrder(wanted: NetworkSpec): Promise<void> {
  const before = run(ADDRESSES, ROUTES);
  await expect(ip.apply({ ...wanted, routes: [...(wanted.routes ?? []), BAD] })).rejects.toMatchObject({
    code: 'ENETUNREACH',
  });
  expect(run(ADDRESSES, ROUTES)).toBe(before);
}

const without = (...addresses: string[]): NetworkSpec => ({
  links: [{ name: 'v0', addresses: addresses.map(address => ({ address, state: 'absent' }) as const) }],
});

describe.each([0, 1])('promote_secondaries %i', promote => {
  beforeEach(() => run(CALM, PAIR, `echo ${promote} > /proc/sys/net/ipv4/conf/all/promote_secondaries`));

  test.each([
    ['the primary', ['10.0.0.1/24']],
    ['the primary and a secondary', ['10.0.0.1/24', '10.0.0.3/24']],
    ['all', ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24']],
    ['the last', ['10.0.0.3/24']],
  ])('an address that was primary is primary again: %s', async (_what, addresses) => {
    run('for each in 1 2 3; do ip address add 10.0.0.$each/24 dev v0; done');
    run('ip route add 10.9.0.0/16 via 10.0.0.9 src 10.0.0.2');
    await leavesInOrder(without(...addresses));
  });
});

test('IPv6 addresses are given back in the order in which they were', async () => {
  run(CALM, PAIR, 'for each in 1 2 3; do ip address add fd00:$each::1/64 dev v0; done');
  await leavesInOrder({ links: [{ name: 'v0', up: false }] });
});

describe('the routes of one destination and metric are asked in the order in which they were', () => {
  beforeEach(() =>
    run(
      CALM,
      PAIR,
      'for each in 0 1 2 3; do ip address add 10.0.$each.1/24 dev v0; done',
      'for each in 0 1 2 3; do ip route append 10.9.0.0/16 via 10.0.$each.9 src 10.0.$each.1; done',
    ),
  );

  test.each([
    ['the first', ['10.0.0.1/24']],
    ['the first two', ['10.0.0.1/24', '10.0.1.1/24']],
    ['one in the middle', ['10.0.2.1/24']],
    ['the first and one in the middle', ['10.0.0.1/24', '10.0.2.1/24']],
    ['the last', ['10.0.3.1/24']],
  ])('but for that of the addresses: %s', async (_what, addresses) => {
    const before = run(ROUTES)
      .split('\n')
      .filter(line => line.startsWith('10.9'));
    await expect(ip.apply({ ...without(...addresses), routes: [BAD] })).rejects.toMatchObject({ code: 'ENETUNREACH' });
    expect(
      run(ROUTES)
        .split('\n')
        .filter(line => line.startsWith('10.9')),
    ).toEqual(before);
  });

  test('all of them, with one on the link itself between', async () => {
    run('ip route append 10.9.0.0/16 dev v0; ip route append 10.9.0.0/16 via 10.0.0.77');
    await leavesInOrder({ links: [{ name: 'v0', up: false }] });
  });
});

test.each([
  ['that was taken away', 'ip route delete 10.0.0.0/24'],
  ['that somebody put in its place', 'ip route replace 10.0.0.0/24 dev v0 scope link src 10.0.0.1 proto static'],
])('the route of an IPv4 prefix %s does not come again with the address', async (_what, change) => {
  run(CALM, PAIR, 'ip address add 10.0.0.1/24 dev v0', change);
  await leavesInOrder(without('10.0.0.1/24'));
  await leavesInOrder({ links: [{ name: 'v0', up: false }] });
});

test('the route of an IPv6 prefix that somebody made before the address stays theirs', async () => {
  run(CALM, PAIR, 'ip -6 route add fd00::/64 dev v0 metric 256 proto static; ip address add fd00::2/64 dev v0');
  await leavesInOrder({ links: [{ name: 'v0', addresses: [{ address: 'fd00::1/64', flags: ['nodad'] }] }] });
  await leavesInOrder({ links: [{ name: 'v0', up: false }] });
});
