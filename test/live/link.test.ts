import { type Ip, type LinkAddSettings, type Namespace, netns, open } from '../../src/index.js';
import { ipJson } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(() => {
  ns = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
});

test('a veth pair is made as asked, and comes back with its index', async () => {
  const link = await ip.link.add({
    name: 'veth1',
    kind: 'veth',
    index: 76,
    mtu: 1400,
    address: '02:00:00:00:00:01',
    txqlen: 77,
    numTxQueues: 1,
    numRxQueues: 1,
    peer: { name: 'veth2', mtu: 1300, address: '02:00:00:00:00:02', index: 77 },
  });
  expect(link).toMatchObject({ name: 'veth1', kind: 'veth', mtu: 1400, address: '02:00:00:00:00:01', up: false });
  const [one, two] = ['veth1', 'veth2'].map(name => ipJson(ns, 'link', 'show', name)[0]!);
  expect(one).toMatchObject({
    ifindex: link.index,
    mtu: 1400,
    address: '02:00:00:00:00:01',
    txqlen: 77,
    num_tx_queues: 1,
    num_rx_queues: 1,
    linkinfo: { info_kind: 'veth' },
  });
  expect(two).toMatchObject({ ifindex: 77, mtu: 1300, address: '02:00:00:00:00:02' });
  expect(link.linkIndex).toBe(77);
});

test('whatever a link can be made with it has, what the kernel ignores at its birth too', async () => {
  const settings = {
    up: true,
    arp: false,
    multicast: false,
    allmulticast: true,
    promisc: true,
    dynamic: true,
    mtu: 1400,
    address: '02:00:00:00:00:11',
    broadcast: '02:ff:ff:ff:ff:fe',
    txqlen: 77,
    group: 7,
    alias: 'hello',
    mode: 'dormant',
  } as const;
  await ip.link.add({ name: 'low', kind: 'veth' });
  const kinds: LinkAddSettings[] = [
    { kind: 'veth' },
    { kind: 'bridge' },
    { kind: 'ifb' },
    { kind: 'vxlan', data: { id: 5, port: 4789 } },
    { kind: 'macvlan', link: 'low' },
  ];
  for (const kind of kinds) {
    expect(await ip.link.add({ ...kind, ...settings, name: 'x0' })).toMatchObject({ name: 'x0', alias: 'hello' });
    const [found] = ipJson(ns, 'link', 'show', 'x0');
    expect(found).toMatchObject({
      mtu: 1400,
      address: '02:00:00:00:00:11',
      broadcast: '02:ff:ff:ff:ff:fe',
      txqlen: 77,
      group: '7',
      ifalias: 'hello',
      linkmode: 'DORMANT',
    });
    const flags = found!['flags'] as string[];
    expect(flags).toEqual(expect.arrayContaining(['UP', 'NOARP', 'ALLMULTI', 'PROMISC', 'DYNAMIC']));
    expect(flags).not.toContain('MULTICAST');
    await ip.link.delete('x0');
  }
});

test('the alias of a peer in another namespace', async () => {
  const other = netns.create();
  try {
    const born = {
      name: 'a0',
      kind: 'veth',
      netns: other,
      alias: 'first',
      peer: { name: 'b0', alias: 'second' },
    } as const;
    expect((await ip.link.add(born)).alias).toBe('first');
    expect(ipJson(other, 'link', 'show', 'a0')[0]).toMatchObject({ ifalias: 'first' });
    expect(ipJson(ns, 'link', 'show', 'b0')[0]).toMatchObject({ ifalias: 'second' });
    await ip.link.add({ name: 'a1', kind: 'veth', peer: { name: 'b1', netns: other, alias: 'over there' } });
    expect(ipJson(other, 'link', 'show', 'b1')[0]).toMatchObject({ ifalias: 'over there' });
  } finally {
    other.close();
  }
});

test('a link whose carrier cannot be set is not made', async () => {
  await expect(ip.link.add({ name: 'v0', kind: 'veth', carrier: false })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    operation: 'link add v0',
  });
  await expect(ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'v1', carrier: false } })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
  });
  expect(ipJson(ns, 'link', 'show').map(link => link['ifname'])).toEqual(['lo']);
});

test('list agrees with ip, link by link', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  await ip.link.set('veth1', { up: true });
  await ip.link.set('veth2', { up: true, alias: 'the other end' });
  for (const name of ['veth1', 'veth2']) await ip.link.waitFor(name, { operState: 'up' });
  const links = await ip.link.list();
  const wanted = ipJson(ns, 'link', 'show').map(link => ({
    index: link['ifindex'],
    name: link['ifname'],
    mtu: link['mtu'],
    qdisc: link['qdisc'],
    operState: String(link['operstate']).toLowerCase(),
    address: link['address'],
    alias: link['ifalias'],
    numTxQueues: link['num_tx_queues'],
  }));
  expect(links).toMatchObject(wanted);
  expect(wanted).toHaveLength(3);
});

test('errors say what happened', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  await expect(ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth3' } })).rejects.toMatchObject({
    code: 'EEXIST',
    errno: 17,
    operation: 'link add veth1',
    message: 'link add veth1: EEXIST: a link named "veth1" or "veth3" already exists',
  });
  await expect(ip.link.get('nope')).rejects.toMatchObject({ code: 'ENODEV' });
  await expect(ip.link.add({ name: 'd0', kind: 'nonesuch' })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    kernelMessage: 'Unknown device type',
  });
  await expect(ip.link.delete('lo')).rejects.toMatchObject({ code: 'EOPNOTSUPP' });
});

test('a link moves, is renamed, goes up and is deleted', async () => {
  const other = netns.create();
  const there = open({ netns: other });
  try {
    await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
    await ip.link.set('veth2', { netns: other });
    await there.link.set('veth2', { name: 'eth0', up: true });
    await ip.link.set('veth1', { up: true });
    expect(ipJson(other, 'link', 'show', 'eth0')[0]).toMatchObject({
      operstate: 'UP',
      flags: expect.arrayContaining(['UP']),
    });
    await there.link.delete('eth0');
    expect(ipJson(ns, 'link', 'show').map(link => link['ifname'])).toEqual(['lo']);
  } finally {
    there.close();
    other.close();
  }
});

test('flags are set and cleared one by one', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', arp: false, up: true, peer: { name: 'veth2' } });
  expect(ipJson(ns, 'link', 'show', 'veth1')[0]!['flags']).toEqual(expect.arrayContaining(['NOARP', 'UP']));
  await ip.link.set('veth1', {
    arp: true,
    promisc: true,
    multicast: false,
    allmulticast: true,
    dynamic: true,
    mode: 'dormant',
  });
  const after = ipJson(ns, 'link', 'show', 'veth1')[0]!;
  expect(after['flags']).toEqual(expect.arrayContaining(['PROMISC', 'ALLMULTI', 'DYNAMIC']));
  expect(after['flags']).not.toEqual(expect.arrayContaining(['NOARP']));
  expect(after['flags']).not.toEqual(expect.arrayContaining(['MULTICAST']));
  expect(after['linkmode']).toBe('DORMANT');
});

test('alternative names find the link, and go again', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const long = 'a-name-that-is-much-longer-than-fifteen-bytes';
  await ip.link.addAltNames('veth1', [long, 'short']);
  expect(ipJson(ns, 'link', 'show', 'veth1')[0]!['altnames']).toEqual([long, 'short']);
  expect((await ip.link.get(long)).altNames).toEqual([long, 'short']);
  expect((await ip.link.get('short')).name).toBe('veth1');
  await expect(ip.link.addAltNames('veth2', ['short'])).rejects.toMatchObject({ code: 'EEXIST' });
  await ip.link.deleteAltNames('short', [long]);
  expect(ipJson(ns, 'link', 'show', 'veth1')[0]!['altnames']).toEqual(['short']);
});

test('a link is deleted by an alternative name too', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const long = 'a-name-that-is-much-longer-than-fifteen-bytes';
  await ip.link.addAltNames('veth1', [long]);
  await ip.link.delete(long);
  expect(await ip.link.list()).toHaveLength(1);
});

describe('refused before anything is sent', () => {
  const refused: [string, () => Promise<unknown>, RegExp][] = [
    ['a name of 16 bytes', () => ip.link.add({ name: 'x'.repeat(16), kind: 'veth' }), /16 bytes, at most 15/],
    [
      'a name of 15 characters and 16 bytes',
      () => ip.link.add({ name: `${'x'.repeat(14)}é`, kind: 'veth' }),
      /16 bytes/,
    ],
    ['an empty name', () => ip.link.add({ name: '', kind: 'veth' }), /it is empty/],
    ['a slash', () => ip.link.add({ name: 'a/b', kind: 'veth' }), /contains "\/"/],
    ['a blank', () => ip.link.add({ name: 'a b', kind: 'veth' }), /contains " "/],
    ['a colon', () => ip.link.add({ name: 'a:b', kind: 'veth' }), /contains ":"/],
    ['..', () => ip.link.add({ name: '..', kind: 'veth' }), /directory/],
    ['NUL, where the kernel would make "x"', () => ip.link.add({ name: 'x\0y', kind: 'veth' }), /contains "\\u0000"/],
    [
      'a template, where the kernel would make eth0',
      () => ip.link.add({ name: 'eth%d', kind: 'veth' }),
      /contains "%"/,
    ],
    ['a bad name of the peer', () => ip.link.add({ kind: 'veth', peer: { name: 'a/b' } }), /contains "\/"/],
    ['a macvlan without a lower link', () => ip.link.add({ kind: 'macvlan' }), /sits on another link/],
    ['a peer that is up at once', () => ip.link.add({ kind: 'veth', peer: { up: true } }), /set it up afterwards/],
    ['a peer index alone', () => ip.link.add({ kind: 'veth', peer: { index: 9 } }), /give both/],
    ['a negative index', () => ip.link.get(-1), /from 1 to/],
    ['index 0', () => ip.link.get(0), /from 1 to/],
    ['mtu -1', () => ip.link.set('lo', { mtu: -1 }), /mtu: expected an integer from 0/],
    ['mtu 1.5', () => ip.link.set('lo', { mtu: 1.5 }), /mtu: expected an integer/],
    ['mtu NaN', () => ip.link.set('lo', { mtu: Number.NaN }), /mtu: expected an integer/],
    ['an address of 5 bytes', () => ip.link.set('lo', { address: '02:00:00:00:00' }), /expected 6 bytes/],
    ['an address that is none', () => ip.link.set('lo', { address: '02:zz:00:00:00:00' }), /hardware address/],
    ['an alias of 256 bytes', () => ip.link.set('lo', { alias: 'x'.repeat(256) }), /0 to 255 bytes/],
    ['a misspelt setting', () => ip.link.set('lo', { mut: 1 } as object), /no setting is called "mut"/],
    ['no prefix length', () => ip.address.add('lo', '10.0.0.1'), /like 10\.0\.0\.1\/24/],
    ['prefix length 33', () => ip.address.add('lo', '10.0.0.1/33'), /from 0 to 32/],
    ['prefix length 24a', () => ip.address.add('lo', '10.0.0.1/24a'), /from 0 to 32/],
    ['prefix length 129', () => ip.address.add('lo', 'fd00::1/129'), /from 0 to 128/],
    ['leading zeros', () => ip.address.add('lo', '010.0.0.1/8'), /IPv4 or IPv6/],
    ['three numbers', () => ip.address.add('lo', '1.2.3/8'), /IPv4 or IPv6/],
    ['a zone', () => ip.address.add('lo', 'fe80::1%eth0/64'), /IPv4 or IPv6/],
    ['two gaps', () => ip.address.add('lo', '1::2::3/64'), /IPv4 or IPv6/],
    [
      'preferred longer than valid',
      () => ip.address.add('lo', '10.0.0.1/8', { validLifetime: 5, preferredLifetime: 6 }),
      /at most/,
    ],
    ['a valid lifetime of 0', () => ip.address.add('lo', '10.0.0.1/8', { validLifetime: 0 }), /from 1/],
    ['a label of 16 bytes', () => ip.address.add('lo', '10.0.0.1/8', { label: 'x'.repeat(16) }), /0 to 15 bytes/],
    ['timeout 0', () => ip.link.list({ timeout: 0 }), /above 0/],
    ['timeout NaN', () => ip.link.list({ timeout: Number.NaN }), /above 0/],
  ];

  test.each(refused)('%s', async (_what, attempt, message) => {
    const before = ipJson(ns, 'address', 'show');
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(/^(Type|Range)Error$/) });
    expect(ipJson(ns, 'address', 'show')).toEqual(before);
  });
});
