import { type Namespace, type NetworkSpec, netns, open } from '../../src/index.js';
import { RTM_NEWROUTE } from '../../src/protocol/index.js';
import { KernelTransport } from '../../src/socket/kernel-transport.js';
import { everythingIn, settlesIn } from '../support/everything.js';
import { ipJson, shell } from '../support/ip.js';
import { ip, ns, other } from '../support/own-namespaces.js';
import { settled } from '../support/settled.js';
import { openDescriptors } from '../support/threads.js';

afterEach(() => jest.restoreAllMocks());

/** Names of links in a namespace, without `lo`. */
const names = (where: Namespace): string[] =>
  ipJson(where, 'link', 'show')
    .map(each => String(each['ifname']))
    .filter(name => name !== 'lo')
    .sort();
const routes = (where: Namespace, ...args: string[]): Record<string, unknown>[] =>
  ipJson(where, ...args, 'route', 'show').filter(each => each['protocol'] !== 'kernel');
function addresses(where: Namespace, link: string): string[] {
  const [found] = ipJson(where, 'address', 'show', link) as { addr_info: { local: string; prefixlen: number }[] }[];
  return found!.addr_info.map(each => `${each.local}/${each.prefixlen}`).filter(each => !each.startsWith('fe80'));
}
function inNamed<T>(name: string, use: (where: Namespace) => T): T {
  using where = netns.open(name);
  return use(where);
}

/** Whether a message asks for a change: RTM_NEW*, RTM_DEL*, RTM_SET*. */
const isChange = (bytes: Uint8Array): boolean => (bytes[4]! & 3) !== 2;

/** Counts the requests for changes that leave this process from now on. */
function changesSent(): { count: number } {
  const sent = { count: 0 };
  const { send } = KernelTransport.prototype;
  jest.spyOn(KernelTransport.prototype, 'send').mockImplementation(function (this: KernelTransport, bytes) {
    if (isChange(bytes)) sent.count++;
    send.call(this, bytes);
  });
  return sent;
}

/** How a request for a change goes wrong. */
type Mishap = 'refused' | 'not answered';

/** Lets the request for a change number `nth` go wrong, and only that one. */
function goWrong(nth: number, mishap: Mishap): void {
  const { send, receive } = KernelTransport.prototype;
  const deaf = new Set<KernelTransport>();
  let seen = 0;
  jest.spyOn(KernelTransport.prototype, 'send').mockImplementation(function (this: KernelTransport, bytes) {
    if (!isChange(bytes) || seen++ !== nth) return send.call(this, bytes);
    if (mishap === 'not answered') {
      deaf.add(this);
      return send.call(this, bytes);
    }
    const unknown = bytes.slice();
    unknown[5] = 0x7f; // a message type that the kernel does not know: EOPNOTSUPP
    return send.call(this, unknown);
  });
  jest.spyOn(KernelTransport.prototype, 'receive').mockImplementation(function (this: KernelTransport) {
    if (!deaf.delete(this)) return receive.call(this);
    while (receive.call(this) !== undefined) this.release();
    return { errno: 105 };
  });
}

/** All there is in the namespaces of these tests. */
const everything = (atOnce: boolean): string => everythingIn([ns, other], atOnce);
const settlesTo = (before: string, what: string, atOnce: boolean): Promise<void> =>
  settlesIn([ns, other], before, what, atOnce);

/** A bridge with two containers behind it, one with a name and one with a handle, a tunnel, a macvlan and routes. */
const topology = (): NetworkSpec => ({
  links: [
    { name: 'mv0', kind: 'macvlan', link: 'up0', data: { mode: 'bridge' }, up: true },
    {
      name: 'p1',
      kind: 'veth',
      master: 'br0',
      up: true,
      peer: { name: 'eth0', netns: 'blue', addresses: ['10.0.0.2/24'], up: true },
    },
    {
      name: 'p2',
      kind: 'veth',
      master: 'br0',
      up: true,
      alias: 'to other',
      peer: { name: 'eth0', netns: other, mtu: 1400, up: true },
    },
    {
      name: 'br0',
      kind: 'bridge',
      up: true,
      data: { ageingTime: 1000 },
      addresses: ['10.0.0.1/24', { address: 'fd00::1/64', flags: ['nodad'] }],
    },
    { name: 'vx0', kind: 'vxlan', data: { id: 7, port: 4789 }, master: 'br0', up: true },
    { name: 'up0', kind: 'ifb', up: true },
    { name: 'lo', up: true },
  ],
  routes: [
    { destination: '10.9.0.0/16', gateway: '10.0.0.2', protocol: 'static' },
    { destination: '10.8.0.0/16', nexthops: [{ gateway: '10.0.0.2' }, { gateway: '10.0.0.3', weight: 2 }], metric: 7 },
    { destination: 'fd08::/32', link: 'br0', table: 1000 },
  ],
  forwarding: { ipv4: true, ipv6: true },
  namespaces: [
    { netns: 'blue', links: [{ name: 'lo', up: true }], routes: [{ destination: 'default', gateway: '10.0.0.1' }] },
    { netns: other, links: [{ name: 'lo', up: true }], routes: [{ destination: '10.1.0.0/16', type: 'blackhole' }] },
  ],
});

const PLAN = `\
+ netns blue
+ link p1 kind veth peer eth0 netns blue
+ link p2 alias "to other" kind veth peer eth0 netns OTHER mtu 1400
+ link br0 kind bridge ageingTime 1000
+ link vx0 kind vxlan id 7 port 4789
+ link up0 kind ifb
+ link mv0 kind macvlan link up0 mode bridge
~ link p1 master none -> br0
~ link p2 master none -> br0
~ link vx0 master none -> br0
+ address 10.0.0.2/24 dev eth0 netns blue
+ address 10.0.0.1/24 dev br0
+ address fd00::1/64 dev br0 flags nodad
~ link p1 up
~ link eth0 netns blue up
~ link p2 up
~ link eth0 netns OTHER up
~ link br0 up
~ link vx0 up
~ link up0 up
~ link lo up
~ link lo netns blue up
~ link lo netns OTHER up
~ link mv0 up
~ forwarding ipv4 false -> true
~ forwarding ipv6 false -> true
+ route fd08::/32 link br0 table 1000
+ route 10.9.0.0/16 gateway 10.0.0.2 protocol static
+ route 10.8.0.0/16 metric 7 nexthop gateway 10.0.0.2 nexthop gateway 10.0.0.3 weight 2
+ route default netns blue gateway 10.0.0.1
+ route 10.1.0.0/16 netns OTHER type blackhole`;

test('a dry run says what would be done, and does nothing', async () => {
  const before = [ipJson(ns, 'link'), ipJson(other, 'link'), netns.list()];
  const plan = await ip.apply(topology(), { dryRun: true });
  expect(plan).toMatchObject({ changed: true, applied: false });
  expect(String(plan).replaceAll(`[${other.inode}]`, 'OTHER')).toBe(PLAN);
  expect(plan.steps[0]).toEqual({ action: 'add', object: 'netns', netns: 'blue', text: 'netns blue', differences: [] });
  expect([ipJson(ns, 'link'), ipJson(other, 'link'), netns.list()]).toEqual(before);
});

test('what is described is there; applied again, nothing is done', async () => {
  const descriptors = openDescriptors();
  expect(String(await ip.apply(topology())).replaceAll(`[${other.inode}]`, 'OTHER')).toBe(PLAN);
  expect(names(ns)).toEqual(['br0', 'mv0', 'p1', 'p2', 'up0', 'vx0']);
  expect(addresses(ns, 'br0')).toEqual(['10.0.0.1/24', 'fd00::1/64']);
  const link = (name: string): Record<string, unknown> => ipJson(ns, 'link', 'show', name)[0]!;
  for (const port of ['p1', 'p2', 'vx0'])
    expect(link(port)).toMatchObject({ master: 'br0', flags: expect.arrayContaining(['UP']) });
  expect(link('p2')['ifalias']).toBe('to other');
  expect(link('mv0')).toMatchObject({ link: 'up0', linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge' } } });
  expect(routes(ns)).toMatchObject([
    { dst: '10.8.0.0/16', metric: 7, nexthops: [{ weight: 1 }, { weight: 2 }] },
    { dst: '10.9.0.0/16', gateway: '10.0.0.2', protocol: 'static' },
  ]);
  expect(ipJson(ns, '-6', 'route', 'show', 'table', '1000')).toMatchObject([{ dst: 'fd08::/32', dev: 'br0' }]);
  expect(shell(ns, 'cat', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv6/conf/all/forwarding')).toBe('1\n1\n');
  inNamed('blue', blue => {
    expect(addresses(blue, 'eth0')).toEqual(['10.0.0.2/24']);
    expect(routes(blue)).toMatchObject([{ dst: 'default', gateway: '10.0.0.1', dev: 'eth0' }]);
  });
  expect(ipJson(other, 'link', 'show', 'eth0')[0]).toMatchObject({ mtu: 1400 });
  expect(routes(other)).toMatchObject([{ type: 'blackhole' }]);

  const sent = changesSent();
  const again = await ip.apply(topology());
  expect(again).toMatchObject({ changed: false, steps: [] });
  expect(String(again)).toBe('nothing to do');
  expect(sent.count).toBe(0);
  expect(openDescriptors()).toBe(descriptors);
});

/** No link-local addresses that come and go, no duplicate address detection. */
function calm(): void {
  for (const where of [ns, other]) shell(where, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad');
}

/** Applies with each request for a change going wrong in turn; each time all must be as it was. How many there are. */
async function eachGoesWrong(wanted: NetworkSpec, mishap: Mishap): Promise<number> {
  const [before, beforeAtOnce] = [everything(false), everything(true)];
  for (let nth = 0; ; nth++) {
    goWrong(nth, mishap);
    const error = await ip.apply(wanted).then(
      () => undefined,
      (reason: Error) => reason,
    );
    jest.restoreAllMocks();
    if (error === undefined) return nth;
    expect([error.name, error.message]).not.toContain('AggregateError');
    const cause = error.name === 'ConflictError' ? (error.cause as Error) : error;
    expect(cause.name).toBe(mishap === 'refused' ? 'NetlinkError' : 'OverrunError');
    const what = `request ${nth} ${mishap}: ${error.message}`;
    await settlesTo(nth % 10 === 9 ? before : beforeAtOnce, what, nth % 10 !== 9);
  }
}

const MISHAPS: Mishap[] = ['refused', 'not answered'];

test.each(MISHAPS)('whichever request of a new topology is %s, nothing is left behind', async mishap => {
  calm();
  const sent = await eachGoesWrong(topology(), mishap);
  expect(sent).toBeGreaterThan(25);
  expect(names(ns)).toEqual(['br0', 'mv0', 'p1', 'p2', 'up0', 'vx0']);
  expect(String(await ip.apply(topology()))).toBe('nothing to do');
});

/** A namespace in use. */
function furnish(): void {
  calm();
  const run = (where: Namespace, ...lines: string[]): void => {
    shell(where, 'sh', '-ec', lines.join('\n'));
  };
  run(
    ns,
    'ip link add br0 type bridge',
    `ip link add q0 type veth peer name q1`,
    'ip link set q0 master br0',
    'bridge link set dev q0 cost 7 learning off',
    `ip link add o0 type veth peer name o1`,
    `ip link set q1 netns /proc/${process.pid}/fd/${other.fd}`,
    `ip link set o1 netns /proc/${process.pid}/fd/${other.fd}`,
    'ip link add dm0 type ifb',
    'ip link add vx0 type vxlan id 7 dstport 4789 ttl 3',
    'ip link add vx9 type vxlan id 9 dstport 4799 local 127.0.0.1 ttl 5 nolearning ageing 77',
    'ip link add mv9 link dm0 type macvlan mode private',
    'ip link add old0 type bridge ageing_time 7000 priority 5',
    'ip link set old0 alias oldie txqueuelen 7 promisc on',
    'ip link property add dev old0 altname a-rather-long-alternative-name',
    'ip link add op0 type veth peer name op1',
    'ip link set op0 master old0',
    'bridge link set dev op0 cost 9',
    'for each in lo br0 q0 o0 dm0 vx0 vx9 mv9 old0 op0 op1; do ip link set $each up; done',
    'ip address add 10.0.0.1/24 dev br0',
    'ip address add 10.0.0.5/24 dev br0',
    'ip address add fd00::1/64 dev br0 nodad',
    'ip address add 10.3.0.1/24 dev vx0 metric 7',
    'ip address add 10.4.0.1/24 dev dm0',
    'ip address add fd04::1/64 dev dm0 nodad',
    'ip address add 10.5.0.1/24 dev old0',
    'ip address add fd05::1/64 dev old0 nodad',
    'ip address add 10.6.0.1/24 dev o0',
    'ip route add 10.9.0.0/16 via 10.0.0.2 mtu 1200 src 10.0.0.5',
    'ip route add default via 10.0.0.2 metric 5',
    'ip route add fd09::/32 via fd00::2',
    'ip route add 10.44.0.0/16 via 10.4.0.9',
    'ip route add fd44::/32 dev dm0',
    'ip route add fd45::/32 via fd04::9 metric 9',
    'ip route add 10.55.0.0/16 via 10.5.0.9',
    'ip route add 10.66.0.0/16 nexthop via 10.6.0.9 nexthop via 10.4.0.9',
    'ip route add blackhole 10.77.0.0/16',
  );
  run(
    other,
    'for each in lo q1 o1; do ip link set $each up; done',
    'ip address add 10.0.0.2/24 dev q1',
    'ip address add fd00::2/64 dev q1 nodad',
    'ip address add 10.6.0.2/24 dev o1',
    'ip route add default via 10.0.0.1',
    'ip route add fd99::/16 via fd00::1',
  );
  using gone = netns.create('gone');
  run(gone, 'ip link add inside type veth', 'ip link set lo up');
}

const changed = (): NetworkSpec => ({
  exact: true,
  links: [
    {
      name: 'br0',
      kind: 'bridge',
      mtu: 1400,
      data: { ageingTime: 1000, priority: 7 },
      addresses: ['10.0.0.5/24', 'fd00::1/128'],
    },
    { name: 'br1', kind: 'bridge', up: true, addresses: ['10.70.0.1/24'] },
    { name: 'q0', master: 'br1', txqlen: 5 },
    { name: 'dm0', up: false },
    {
      name: 'vx0',
      kind: 'vxlan',
      data: { id: 7, ttl: 9 },
      mtu: 1250,
      addresses: [{ address: '10.3.0.1/24', metric: 77 }],
    },
    { name: 'old0', state: 'absent' },
    { name: 'o0', state: 'absent' },
    { name: 'vx9', state: 'absent' },
    { name: 'mv9', state: 'absent' },
  ],
  routes: [
    { destination: '10.9.0.0/16', gateway: '10.3.0.9', source: '10.3.0.1' },
    { destination: '10.77.0.0/16', type: 'prohibit' },
    { destination: '10.71.0.0/16', gateway: '10.70.0.2' },
  ],
  forwarding: { ipv4: true, ipv6: true },
  namespaces: [
    {
      netns: other,
      links: [{ name: 'q1', up: false }],
      routes: [{ destination: 'fd99::/16', state: 'absent', metric: 1024 }],
    },
    { netns: 'gone', state: 'absent' },
  ],
});

test('what is there is changed in place, and what is absent or too much is removed', async () => {
  furnish();
  const plan = await ip.apply(changed(), { dryRun: true });
  expect(String(plan).replaceAll(`[${other.inode}]`, 'OTHER')).toBe(`\
- route default metric 5
- route 10.44.0.0/16
- route 10.55.0.0/16
- route 10.66.0.0/16
- route fd09::/32
- route fd44::/32
- route fd45::/32 metric 9
- route fd99::/16 netns OTHER
- address fd00::1/64 dev br0
- address 10.0.0.1/24 dev br0
- address 10.4.0.1/24 dev dm0
- address fd04::1/64 dev dm0
~ link br0 data.ageingTime 30000 -> 1000 data.priority 32768 -> 7
~ link br0 mtu 1500 -> 1400
~ link q0 txqlen 1000 -> 5
~ link dm0 up true -> false
~ link vx0 data.ttl 3 -> 9
~ link vx0 mtu 1500 -> 1250
~ link q1 netns OTHER up true -> false
+ link br1 kind bridge
~ link q0 master br0 -> br1
+ address fd00::1/128 dev br0
+ address 10.70.0.1/24 dev br1
~ address 10.3.0.1/24 dev vx0 metric 7 -> 77
~ link br1 up
~ forwarding ipv4 false -> true
~ forwarding ipv6 false -> true
~ route 10.77.0.0/16 type blackhole -> prohibit
~ route 10.9.0.0/16 via 10.0.0.2 dev br0 -> 10.3.0.9 dev vx0 source 10.0.0.5 -> 10.3.0.1
+ route 10.71.0.0/16 gateway 10.70.0.2
- link old0
- link o0
- link vx9
- link mv9
- netns gone`);
});

test.each(MISHAPS)('whichever request of a change is %s, all is as it was', async mishap => {
  furnish();
  const sent = await eachGoesWrong(changed(), mishap);
  expect(sent).toBeGreaterThan(25);
  expect(netns.list()).toEqual([]);
  expect(names(ns)).toEqual(['br0', 'br1', 'dm0', 'op0', 'op1', 'q0', 'vx0']);
  expect(addresses(ns, 'br0')).toEqual(['10.0.0.5/24', 'fd00::1/128']);
  expect(addresses(ns, 'dm0')).toEqual([]);
  expect(routes(ns)).toMatchObject([
    { dst: '10.9.0.0/16', gateway: '10.3.0.9', metrics: [{ mtu: 1200 }] },
    { dst: '10.71.0.0/16' },
    { dst: '10.77.0.0/16', type: 'prohibit' },
  ]);
  expect(String(await ip.apply(changed()))).toBe('nothing to do');
});

test('a signal stops it between two steps, and undoes them', async () => {
  calm();
  const before = everything(true);
  const controller = new AbortController();
  const { send } = KernelTransport.prototype;
  const sent: number[] = [];
  jest.spyOn(KernelTransport.prototype, 'send').mockImplementation(function (this: KernelTransport, bytes) {
    if (isChange(bytes) && sent.push(bytes[4]!) === 10) controller.abort(new Error('enough'));
    send.call(this, bytes);
  });
  await expect(ip.apply(topology(), { signal: controller.signal })).rejects.toMatchObject({
    name: 'AbortError',
    operation: 'apply',
    cause: { message: 'enough' },
  });
  expect(sent.length).toBeGreaterThan(10);
  expect(sent).not.toContain(RTM_NEWROUTE);
  jest.restoreAllMocks();
  await settlesTo(before, 'aborted', true);
  await expect(ip.apply(topology(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(everything(true)).toBe(before);
});

test('closing the socket meanwhile leaves nothing half done', async () => {
  const running = ip.apply(topology());
  await new Promise(resolve => setImmediate(resolve));
  ip.close();
  const plan = await running;
  expect(plan.applied).toBe(true);
  using again = open({ netns: ns });
  expect(String(await again.apply(topology()))).toBe('nothing to do');
});

test('what cannot be had is refused before anything is done', async () => {
  shell(ns, 'ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
  shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
  shell(ns, 'ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', 'another');
  const before = everything(false);
  const sent = changesSent();
  const new0 = { name: 'new0', kind: 'ifb' } as const;
  const refused: [NetworkSpec, string, RegExp][] = [
    [{ links: [new0, { name: 'v0', kind: 'bridge' }] }, 'ConflictError', /^apply: link v0: kind is veth, not bridge/],
    [{ links: [new0, { name: 'v0', addresses: ['fd00::1/128'] }] }, 'ConflictError', /prefixLength is 64, not 128/],
    [{ links: [new0, { name: 'lo', state: 'absent' }] }, 'ConflictError', /loopback link cannot be deleted/],
    [{ links: [new0, { name: 'new1' }] }, 'ConflictError', /to make it takes its kind/],
    [{ links: [new0, new0] }, 'RangeError', /link new0 is described twice/],
    [{ links: [new0, { name: 'new0', state: 'absent' }] }, 'RangeError', /^apply: link new0 is described twice/],
    [
      { links: [new0, { name: 'v0' }, { name: 'another' }] },
      'RangeError',
      /^apply: link another \(v0\) is described twice/,
    ],
    [
      { links: [{ name: 'new0', kind: 'veth', peer: { name: 'new0' } }] },
      'RangeError',
      /^apply: link new0 is described twice/,
    ],
    [
      { links: [{ ...new0, addresses: ['10.0.0.1/24', { address: '10.0.0.1/24', state: 'absent' }] }] },
      'RangeError',
      /^apply: address 10.0.0.1\/24 dev new0 is described twice/,
    ],
    [
      { links: [{ ...new0, addresses: ['fd00::1/64', 'fd00:0::1/128'] }] },
      'RangeError',
      /^apply: address fd00:0::1\/128 dev new0 is described twice/,
    ],
    [
      {
        links: [new0],
        routes: [
          { destination: 'fd09::/64', link: 'new0' },
          { destination: 'fd09::/64', link: 'v0', metric: 1024 },
        ],
      },
      'RangeError',
      /^apply: route fd09::\/64 is described twice/,
    ],
    [
      { namespaces: [{ netns: 'green' }, { netns: 'green', links: [new0] }, { netns: 'green', exact: true }] },
      'RangeError',
      /^apply: netns green is described twice/,
    ],
    [
      { links: [new0], namespaces: [{ netns: ns, links: [new0] }] },
      'RangeError',
      /^apply: the namespace of this ip is/,
    ],
    [
      {
        links: [
          { name: 'a', kind: 'macvlan', link: 'b' },
          { name: 'b', kind: 'macvlan', link: 'a' },
        ],
      },
      'RangeError',
      /each of some sits on another/,
    ],
    [{ links: [{ ...new0, mtu: -1 }] }, 'RangeError', /mtu: expected an integer from 0/],
    [{ links: [{ ...new0, addresses: ['10.0.0.1'] }] }, 'RangeError', /expected a prefix length/],
    [{ links: [{ ...new0, mut: 5 } as never] }, 'TypeError', /links\.0: no setting is called "mut"/],
    [{ namespaces: [{ netns: 'blue', link: [] } as never] }, 'TypeError', /namespaces\.0: no setting is called "link"/],
    [{ routes: [{ destination: '10.0.0.1/8', type: 'blackhole' }] }, 'RangeError', /bits set behind its prefix/],
    [
      { routes: [{ destination: '10.0.0.0/8', state: 'gone' as never }] },
      'RangeError',
      /expected 'present' or 'absent'/,
    ],
    [
      { links: [{ ...new0, kind: 'veth', peer: { name: 'x', netns: 'nowhere' } }] },
      'ConflictError',
      /^apply: link new0: peer.netns is none, not nowhere: there is no such namespace; one that is described under namespaces is made/,
    ],
  ];
  for (const [wanted, name, message] of refused) {
    const attempt = ip.apply(wanted);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ name });
  }
  expect(sent.count).toBe(0);
  jest.restoreAllMocks();
  expect(everything(false)).toBe(before);
});

test.each<[string, NetworkSpec, string]>([
  [
    'a master',
    { links: [{ name: 'n0', kind: 'ifb', master: 'b9' }] },
    'link n0: master is none, not b9: there is no such',
  ],
  [
    'a master that is to go',
    {
      links: [
        { name: 'n0', kind: 'ifb', master: 'b0' },
        { name: 'b0', state: 'absent' },
      ],
    },
    'link n0: master is none, not b0: it is described as absent',
  ],
  [
    'a link below',
    { links: [{ name: 'm0', kind: 'macvlan', link: 'b9' }] },
    'link m0: link is none, not b9: there is no such link',
  ],
  [
    'a link below that is to go, by number',
    {
      links: [
        { name: 'm0', kind: 'macvlan', link: 777 },
        { name: 'b0', state: 'absent' },
      ],
    },
    'link m0: link is none, not #777: it is described as absent',
  ],
  [
    'the link of a route, by number',
    { routes: [{ destination: '10.9.0.0/16', link: 778 }] },
    'route 10.9.0.0/16: link is none, not #778: there is no such link',
  ],
  [
    'the link of a nexthop',
    { routes: [{ destination: '10.9.0.0/16', nexthops: [{ link: 'b0' }, { link: 'b9' }] }] },
    'route 10.9.0.0/16: link is none, not b9: there is no such link',
  ],
])('a link that will not be there is found out by a dry run: %s', async (_what, wanted, message) => {
  shell(ns, 'ip', 'link', 'add', 'b0', 'index', '777', 'type', 'bridge');
  await expect(ip.apply(wanted, { dryRun: true })).rejects.toThrow(`apply: ${message}`);
});

test('what rests on links that are to be made, or goes with its link, is not taken for a mistake', async () => {
  calm();
  const wanted: NetworkSpec = {
    links: [
      { name: 'm0', kind: 'macvlan', link: 900, master: 'b0' },
      { name: 'v0', kind: 'veth', index: 900, up: true, peer: { name: 'w0', index: 901, master: 'b0' } },
      { name: 'b0', kind: 'bridge' },
      { name: 'old', state: 'absent' },
    ],
    routes: [
      { destination: '10.9.0.0/16', link: 900 },
      { destination: '10.8.0.0/16', link: 'old', state: 'absent' },
    ],
  };
  shell(ns, 'sh', '-ec', 'ip link add old type ifb; ip link set old up; ip route add 10.8.0.0/16 dev old');
  const plan = await ip.apply(wanted, { dryRun: true });
  expect(String(await ip.apply(wanted))).toBe(String(plan));
  expect(String(await ip.apply(wanted))).toBe('nothing to do');
});

test('what only the kernel knows is undone', async () => {
  calm();
  shell(ns, 'ip', 'link', 'set', 'lo', 'up');
  const before = everything(false);
  const base = { name: 'b0', kind: 'bridge', addresses: ['10.0.0.1/24'], up: true } as const;
  const refused: [NetworkSpec, RegExp][] = [
    [
      { links: [base, { name: 'b1', kind: 'veth', mtu: 70_000 }] },
      /^apply: link b1: add: EINVAL: mtu: a veth takes 68 to 65535/,
    ],
    [{ links: [base, { name: 'b1', kind: 'bridge', master: 'b0' }] }, /^apply: link b1: set: ELOOP/],
    [
      { links: [base, { name: 'b1', kind: 'ifb', master: 'b9' }] },
      /^apply: link b1: master is none, not b9: there is no such link/,
    ],
    [
      { links: [base], routes: [{ destination: 'default', gateway: '192.0.2.1' }] },
      /^apply: route add default: ENETUNREACH/,
    ],
    [
      { links: [base], routes: [{ destination: 'default', link: 'b9' }] },
      /^apply: route default: link is none, not b9/,
    ],
    [
      { links: [base], namespaces: [{ netns: 'blue', links: [{ name: 'x', kind: 'nonesuch' }] }] },
      /Unknown device type/,
    ],
    [
      { links: [base, { name: 'b1', kind: 'ifb', addresses: ['ff02::1/64'] }] },
      /^apply: address add ff02::1\/64 dev b1: (EADDRNOTAVAIL|EINVAL)/,
    ],
  ];
  for (const [wanted, message] of refused) {
    await expect(ip.apply(wanted)).rejects.toThrow(message);
    await settlesTo(before, String(message), false);
  }
  expect(netns.list()).toEqual([]);
});

test('metrics that an IPv6 address got, and the routes that came with them, go again', async () => {
  calm();
  shell(
    ns,
    'sh',
    '-ec',
    `ip link add e0 type ifb; ip link set e0 up
    for each in 1 2 '3 metric 9'; do set -- $each; ip address add fd00:$1::1/64 dev e0 nodad $2 $3; done`,
  );
  const before = everything(true);
  const wrong: NetworkSpec = {
    links: [
      {
        name: 'e0',
        addresses: [
          { address: 'fd00:1::1/64', metric: 7 },
          { address: 'fd00:2::2/64', metric: 7, flags: ['nodad'] },
          { address: 'fd00:3::2/64', flags: ['nodad'] },
        ],
      },
    ],
    routes: [{ destination: 'default', gateway: '192.0.2.1' }],
  };
  await expect(ip.apply(wrong)).rejects.toMatchObject({ code: 'ENETUNREACH' });
  await settlesTo(before, 'metrics', true);
  const back = { name: 'e0', addresses: [{ address: 'fd00:3::1/64', metric: 0 }] };
  await expect(ip.apply({ links: [back] })).rejects.toMatchObject({
    differences: [{ field: 'metric', from: 9, to: 0 }],
  });
  await ip.apply({ exact: true, links: [back] });
  expect(addresses(ns, 'e0')).toEqual(['fd00:3::1/64']);
});

test('a bridge that had no port keeps its address when it loses the first one again', async () => {
  shell(ns, 'ip', 'link', 'add', 'e0', 'type', 'bridge');
  const address = (): unknown => ipJson(ns, 'link', 'show', 'e0')[0]!['address'];
  const before = address();
  const wrong: NetworkSpec = {
    links: [{ name: 'n0', kind: 'ifb', master: 'e0' }],
    routes: [{ destination: 'default', gateway: '192.0.2.1' }],
  };
  await expect(ip.apply(wrong)).rejects.toMatchObject({ code: 'ENETUNREACH' });
  expect(address()).toBe(before);
  expect(names(ns)).toEqual(['e0']);
});

test('permanent neighbours that went with a link that was down for a moment are given back', async () => {
  shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'v2');
  for (const name of ['v1', 'v2']) shell(ns, 'ip', 'link', 'set', name, 'up');
  shell(ns, 'ip', 'address', 'add', '10.1.0.1/24', 'dev', 'v1');
  shell(ns, 'ip', 'neigh', 'add', '10.1.0.50', 'lladdr', '02:00:00:00:00:50', 'dev', 'v1', 'nud', 'permanent');
  shell(ns, 'ip', 'neigh', 'add', 'fd00::50', 'lladdr', '02:00:00:00:00:51', 'dev', 'v1', 'nud', 'permanent', 'router');
  const permanent = (): object[] => ipJson(ns, 'neigh', 'show', 'nud', 'permanent').sort(byText);
  const before = permanent();
  expect(before).toHaveLength(2);
  const wrong = { links: [{ name: 'v1', up: false }], routes: [{ destination: '10.9.0.0/16', gateway: '192.0.2.1' }] };
  await expect(ip.apply(wrong)).rejects.toMatchObject({ code: 'ENETUNREACH' });
  expect(permanent()).toEqual(before);
});

test.each<[string, NetworkSpec]>([
  ['the preferred source', { links: [{ name: 'v1', addresses: [{ address: 'fd00::9/64', state: 'absent' }] }] }],
  ['the MTU', { links: [{ name: 'v1', mtu: 1290 }] }],
])('what IPv6 routes lose although they stay is given back: %s', async (_what, change) => {
  shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'v2');
  for (const name of ['v1', 'v2']) shell(ns, 'ip', 'link', 'set', name, 'up');
  for (const address of ['fd00::1/64', 'fd00::9/64']) shell(ns, 'ip', 'address', 'add', address, 'dev', 'v1', 'nodad');
  shell(ns, 'ip', 'route', 'add', 'fd08::/32', 'via', 'fd00::2', 'src', 'fd00::9');
  shell(ns, 'ip', 'route', 'add', 'fd09::/32', 'via', 'fd00::2', 'mtu', '1400');
  for (const way of ['fd00::2', 'fd00::3']) shell(ns, 'ip', 'route', 'append', 'fd0a::/32', 'via', way, 'mtu', '1400');
  const routes = (): object[] => ipJson(ns, '-6', 'route').sort(byText);
  await settled(() => !JSON.stringify(routes()).includes('linkdown'));
  const before = routes();
  expect(JSON.stringify(before)).toMatch(/"prefsrc":"fd00::9".*"mtu":1400/);
  const wrong = { ...change, routes: [{ destination: '10.9.0.0/16', gateway: '192.0.2.1' }] };
  await expect(ip.apply(wrong)).rejects.toMatchObject({ code: 'ENETUNREACH' });
  expect(routes()).toEqual(before);
});

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
