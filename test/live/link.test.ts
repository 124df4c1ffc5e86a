import { type Ip, type Namespace, netns, open } from '../../src/index.js';
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

test('list agrees with ip, link by link', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  await ip.link.set('veth1', { up: true });
  await ip.link.set('veth2', { up: true, alias: 'the other end' });
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
