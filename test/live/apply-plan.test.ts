import { ConflictError, type LinkSpec, type NetworkSpec, netns, open } from '../../src/index.js';
import { ipJson } from '../support/ip.js';
import { ip, link, ns, other, PAIR, run } from '../support/own-namespaces.js';

test.each([254, 0])(
  'a route of the main table that is called %i stays where nothing else is to be there',
  async table => {
    run(PAIR, 'ip address add 10.0.0.1/24 dev v0', 'ip route add 10.9.0.0/16 via 10.0.0.5 proto static mtu 1300');
    run('ip route add 10.8.0.0/16 via 10.0.0.5 proto static');
    const plan = await ip.apply({ exact: true, routes: [{ destination: '10.9.0.0/16', gateway: '10.0.0.5', table }] });
    expect(String(plan)).toBe('- route 10.8.0.0/16');
    expect(run('ip route show 10.9.0.0/16')).toBe('10.9.0.0/16 via 10.0.0.5 dev v0 proto static mtu 1300 \n');
  },
);

const mtuOf = (name: string): unknown => ipJson(ns, 'link', 'show', name)[0]!['mtu'];

describe('a link may have the MTU that the one below is given with it, whichever is described first', () => {
  beforeEach(() => run(PAIR));
  const raised = { name: 'v0', mtu: 3000 } as const;

  test.each<[string, LinkSpec, readonly string[]]>([
    ['one that is there', { name: 'mv0', mtu: 3000 }, ['ip link add mv0 link v0 type macvlan']],
    [
      'where the description says on what it sits',
      { name: 'mv0', kind: 'macvlan', link: 'v0', mtu: 3000 },
      ['ip link add mv0 link v0 type macvlan'],
    ],
    [
      'by another name',
      { name: 'mv0', kind: 'macvlan', link: 'other', mtu: 3000 },
      ['ip link property add dev v0 altname other', 'ip link add mv0 link v0 type macvlan'],
    ],
    ['a new one', { name: 'mv0', kind: 'macvlan', link: 'v0', mtu: 3000 }, []],
    ['a new vxlan', { name: 'mv0', kind: 'vxlan', link: 'v0', mtu: 2900, data: { id: 5, port: 4789 } }, []],
  ])('%s', async (_what, upper, before) => {
    if (before.length > 0) run(...before);
    for (const links of [
      [upper, raised],
      [raised, upper],
    ]) {
      await ip.apply({ links });
      expect([mtuOf('v0'), mtuOf('mv0')]).toEqual([3000, (upper as { mtu: number }).mtu]);
      expect(String(await ip.apply({ links }))).toBe('nothing to do');
      run('ip link set mv0 mtu 1400', 'ip link set v0 mtu 1500', ...(before.length > 0 ? [] : ['ip link delete mv0']));
    }
  });

  test('in another namespace', async () => {
    run('ip link add mv0 link v0 type macvlan');
    await ip.link.set('mv0', { netns: other });
    const links = [{ name: 'mv0', mtu: 3000 }];
    using theirs = open({ netns: other });
    await theirs.apply({ links, namespaces: [{ netns: ns, links: [raised] }] });
    expect(ipJson(other, 'link', 'show', 'mv0')).toMatchObject([{ mtu: 3000 }]);
  });
});

/** A dry run refuses the description, and so does `apply`, which leaves all as it was. */
async function refused(wanted: NetworkSpec, message: string): Promise<void> {
  const before = run('ip -br link');
  for (const options of [{ dryRun: true }, {}]) {
    const error = await ip.apply(wanted, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictError);
    expect((error as Error).message).toBe(message);
  }
  expect(run('ip -br link')).toBe(before);
}

describe('what goes with a link that is described as absent cannot be described as present', () => {
  const absent = { name: 'v0', state: 'absent' } as const;
  const without = 'it goes with v0, which is described as absent';

  beforeEach(() => run(PAIR, 'ip link add mv0 link v0 type macvlan', 'ip link add mw0 link w0 type macvlan'));

  test.each(['w0', 'mv0', 'mw0'])('its peer, and what sits on either: %s', async name => {
    await refused(
      { links: [absent, { name, alias: 'here' }] },
      `apply: link ${name}: state is absent, not present: ${without}`,
    );
  });

  test('a vxlan, and what sits on that', async () => {
    run('ip link add vx0 type vxlan id 5 dstport 4789 dev w0', 'ip link add mx0 link vx0 type macvlan');
    for (const name of ['vx0', 'mx0']) {
      const message = `apply: link ${name}: state is absent, not present: ${without}`;
      await refused({ links: [{ name, up: true }, absent] }, message);
    }
  });

  test('in another namespace', async () => {
    await ip.link.set('w0', { netns: other });
    const message = `apply: link w0 netns [${other.inode}]: state is absent, not present: ${without}`;
    await refused({ links: [absent], namespaces: [{ netns: other, links: [{ name: 'w0', up: true }] }] }, message);
  });

  test('nor can another rest on it', async () => {
    await refused(
      { links: [absent], routes: [{ destination: '10.9.0.0/16', link: 'w0' }] },
      `apply: route 10.9.0.0/16: link is none, not w0: ${without}`,
    );
    await refused(
      {
        links: [absent],
        routes: [{ destination: '10.9.0.0/16', nexthops: [{ gateway: '10.0.0.5' }, { link: 'mw0' }] }],
      },
      `apply: route 10.9.0.0/16: link is none, not mw0: ${without}`,
    );
    await refused(
      { links: [absent, { name: 'new0', kind: 'macvlan', link: 'w0' }] },
      `apply: link new0: link is none, not w0: ${without}`,
    );
  });

  test('but it may be described as absent itself', async () => {
    await ip.apply({ links: ['mw0', 'w0', 'v0'].map(name => ({ name, state: 'absent' })) });
    expect(run('ip -o link')).not.toMatch(/v0|w0/);
  });
});

describe('nor what goes with a namespace that is', () => {
  const left = 'plan-left';
  const namespaces = [{ netns: left, state: 'absent' }] as const;
  const why = `state is absent, not present: it goes with netns ${left}, which is described as absent`;

  afterEach(() => {
    if (netns.list().includes(left)) netns.delete(left);
  });

  test.each([
    ['one that is there', () => netns.create(left).close()],
    ['one that is not', () => {}],
  ])('a pair that is to be made, with an end in %s', async (_what, prepare) => {
    prepare();
    const links: LinkSpec[] = [{ name: 'v0', kind: 'veth', peer: { name: 'w0', netns: left } }];
    await refused({ links, namespaces }, `apply: link w0 netns ${left}: ${why}`);
  });

  test('the other end of a pair, and what sits on either', async () => {
    netns.create(left).close();
    run('ip link add v0 type veth peer name w0', 'ip link add mv0 link v0 type macvlan');
    await ip.link.set('w0', { netns: left });
    for (const name of ['v0', 'mv0'])
      await refused({ links: [{ name, alias: 'here' }], namespaces }, `apply: link ${name}: ${why}`);
    await ip.apply({ links: [{ name: 'lo', up: true }], namespaces });
    expect(netns.list()).not.toContain(left);
  });
});

test('a link that the kernel makes with another MTU than described is not left there', async () => {
  run(PAIR);
  const vxlan = { name: 'vx0', kind: 'vxlan', link: 'v0', mtu: 1600, data: { id: 5, port: 4789 } } as const;
  const before = run('ip -br link');
  const message = 'mtu is 1450, not 1600: the kernel made it otherwise';
  await expect(ip.apply({ links: [vxlan] })).rejects.toThrow(`apply: link vx0: ${message}`);
  await expect(ip.link.ensure(vxlan)).rejects.toThrow(message);
  expect(run('ip -br link')).toBe(before);
});

test.each([
  ['mtu', { mtu: 1400 }],
  ['hardware address', { address: '02:00:00:00:00:78' }],
])('a macvlan that has the link to itself is made with the %s described', async (_, settings) => {
  run(PAIR);
  const macvlan = { name: 'mv0', kind: 'macvlan', link: 'v0', data: { mode: 'passthru' }, ...settings } as const;
  await ip.apply({ links: [macvlan] });
  expect(link('mv0')).toMatchObject(settings);
  expect(String(await ip.apply({ links: [macvlan] }))).toBe('nothing to do');
});

test('bridges and both ends of a pair are made with the MTU described', async () => {
  const links: LinkSpec[] = [
    { name: 'br0', kind: 'bridge', mtu: 1400 },
    { name: 'v0', kind: 'veth', mtu: 1300, master: 'br0', peer: { name: 'w0', mtu: 9000 } },
  ];
  await ip.apply({ links });
  expect(['br0', 'v0', 'w0'].map(mtuOf)).toEqual([1400, 1300, 9000]);
});

describe('the name that is taken away from a namespace is the one that was given', () => {
  afterEach(() => {
    for (const name of netns.list()) netns.delete(name);
  });

  test('though it has another, or is the one that one works in', async () => {
    const blue = netns.create('blue');
    netns.attach('green', blue);
    await using inside = open({ netns: 'green' });
    expect(String(await inside.apply({ namespaces: [{ netns: 'blue', state: 'absent' }] }))).toBe('- netns blue');
    expect(netns.list()).toEqual(['green']);
    expect(String(await inside.apply({ namespaces: [{ netns: 'green', state: 'absent' }] }))).toBe('- netns green');
    expect(netns.list()).toEqual([]);
    blue.close();
  });

  test('and there must be one', async () => {
    const message = 'apply: a namespace without a name under /run/netns cannot be described as absent';
    for (const ref of [ns, { pid: process.pid }, `/proc/${process.pid}/fd/${ns.fd}`])
      await expect(ip.apply({ namespaces: [{ netns: ref, state: 'absent' }] }, { dryRun: true })).rejects.toThrow(
        message,
      );
  });
});

test('a link that is described by two of its names is told by both', async () => {
  run(PAIR, 'ip link property add dev v0 altname uplink');
  const links = [{ name: 'v0' }, { name: 'uplink', up: true }];
  await expect(ip.apply({ links })).rejects.toThrow('apply: link uplink (v0) is described twice');
});

test('what is wrong with a link that is ensured is told as of that', async () => {
  const attempt = ip.link.ensure({ name: 'v0', foo: 1 } as never);
  await expect(attempt).rejects.toThrow(/^link ensure v0: no setting is called "foo"/);
});
