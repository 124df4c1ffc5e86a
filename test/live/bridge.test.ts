import { writeFileSync } from 'node:fs';
import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  // Else the kernel joins IPv6 groups in its own time, while the tables are compared.
  ns.run(() => writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1'));
  ip = open({ netns: ns });
  await ip.link.add({ name: 'br0', kind: 'bridge', up: true });
  for (const n of [0, 1]) {
    await ip.link.add({ name: `p${n}`, kind: 'veth', peer: { name: `q${n}` }, master: 'br0' });
    await ip.link.set(`q${n}`, { up: true });
    await ip.link.set(`p${n}`, { up: true });
  }
});
afterEach(() => {
  ip.close();
  ns.close();
});

type Row = Record<string, unknown>;
const bridgeJson = (...args: string[]): Row[] => JSON.parse(shell(ns, 'bridge', '-j', '-d', ...args) || '[]') as Row[];

const names = async (): Promise<Map<number | undefined, string>> =>
  new Map((await ip.link.list()).map(link => [link.index, link.name]));

/** What ip prints of a bridge's own settings. */
const bridgeData = (name: string): unknown =>
  (ipJson(ns, 'link', 'show', name)[0]!['linkinfo'] as { info_data: unknown }).info_data;

test('a bridge is made with options, changed and deleted', async () => {
  const link = await ip.link.add({
    name: 'br1',
    kind: 'bridge',
    address: '02:00:00:00:00:aa',
    data: { forwardDelay: 400, helloTime: 300, maxAge: 1200, ageingTime: 12_300, priority: 4096, mcastSnooping: 0 },
  });
  expect(link).toMatchObject({ kind: 'bridge', data: { forwardDelay: 400, priority: 4096 } });
  const shown = { forward_delay: 400, hello_time: 300, max_age: 1200, ageing_time: 12_300, priority: 4096 };
  expect(bridgeData('br1')).toMatchObject({ ...shown, mcast_snooping: 0, stp_state: 0 });
  await ip.link.set('br1', { kind: 'bridge', data: { stpState: 1, ageingTime: 5000, groupFwdMask: 8 }, mtu: 1400 });
  expect(bridgeData('br1')).toMatchObject({ ...shown, ageing_time: 5000, stp_state: 1, group_fwd_mask: '0x8' });
  expect(ipJson(ns, 'link', 'show', 'br1')).toMatchObject([{ mtu: 1400 }]);
  await expect(ip.link.set('p0', { kind: 'bridge', data: { stpState: 1 } })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    message: expect.stringContaining('p0 is of another kind than "bridge", or the kernel cannot change'),
  });
  await expect(ip.link.set('br1', { data: { stpState: 1 } } as object)).rejects.toThrow('kind: the settings in data');
  // Its ports are free when it goes.
  await ip.link.set('q0', { master: 'br1' });
  expect(ipJson(ns, 'link', 'show', 'q0')).toMatchObject([{ master: 'br1' }]);
  await ip.link.delete('br1');
  expect(ipJson(ns, 'link', 'show', 'q0')[0]).not.toHaveProperty('master');
  await expect(ip.link.get('br1')).rejects.toMatchObject({ code: 'ENODEV' });
});

test('ports are listed and set', async () => {
  const ports = await ip.bridge.ports('br0');
  expect(ports.map(port => port.name)).toEqual(['p0', 'p1']);
  expect(ports[0]).toMatchObject({ masterKind: 'bridge', portData: { learning: 1, isolated: 0 } });
  await ip.bridge.setPort('p0', { cost: 17, learning: false, isolated: true, mode: true, priority: 5 });
  expect(ipJson(ns, 'link', 'show', 'p0')[0]!['linkinfo']).toMatchObject({
    info_slave_data: { cost: 17, learning: false, isolated: true, hairpin: true, priority: 5, flood: true },
  });
  expect((await ip.bridge.ports('br0'))[0]).toMatchObject({
    portData: { cost: 17, learning: 0, isolated: 1, mode: 1 },
  });
  await expect(ip.bridge.setPort('q0', { cost: 1 })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    message: 'bridge set port q0: EOPNOTSUPP: q0 is no port of a bridge',
  });
  await ip.link.set('p0', { master: null });
  expect((await ip.bridge.ports('br0')).map(port => port.name)).toEqual(['p1']);
});

test('the forwarding table, as bridge shows it', async () => {
  await ip.fdb.add('p0', '02:00:00:00:00:05', { table: 'master', state: 'static' });
  await ip.fdb.add('p0', '02:00:00:00:00:06', { table: 'master' });
  await ip.fdb.add('p1', '02:00:00:00:00:07', { table: 'master', state: 'dynamic', flags: ['sticky'] });
  await ip.fdb.add('q0', '02:00:00:00:00:08');
  const called = await names();
  const wanted = bridgeJson('fdb', 'show');
  const ours = (await ip.fdb.list()).map(entry => ({
    mac: entry.address,
    ifname: called.get(entry.index),
    ...(entry.master !== undefined && { master: called.get(entry.master) }),
    ...(entry.vlan !== undefined && { vlan: entry.vlan }),
    flags: entry.flags,
    state: { permanent: 'permanent', static: 'static', dynamic: '' }[entry.state],
  }));
  // Entries that were learned are called stale once they have been silent for a moment.
  expect(ours).toEqual(
    wanted.map(({ state, ...entry }) => expect.objectContaining({ ...entry, ...(state !== 'stale' && { state }) })),
  );
  expect(ours).toContainEqual({ mac: '02:00:00:00:00:07', ifname: 'p1', master: 'br0', flags: ['sticky'], state: '' });
  expect(ours).toContainEqual({ mac: '02:00:00:00:00:08', ifname: 'q0', flags: ['self'], state: 'permanent' });

  const macs = async (filter: Parameters<Ip['fdb']['list']>[0]): Promise<string[]> =>
    (await ip.fdb.list(filter)).map(entry => entry.address);
  expect(await macs({ bridge: 'br0', port: 'p1' })).toContain('02:00:00:00:00:07');
  expect(await macs({ bridge: 'br0', port: 'p1' })).not.toContain('02:00:00:00:00:06');
  expect(await macs({ bridge: 'br0' })).not.toContain('02:00:00:00:00:08');
  expect((await macs({ bridge: 'br0' })).sort()).toEqual(
    bridgeJson('fdb', 'show', 'br', 'br0')
      .map(entry => entry['mac'])
      .sort(),
  );
  expect((await macs({ port: 'p0' })).sort()).toEqual(
    bridgeJson('fdb', 'show', 'dev', 'p0')
      .map(entry => entry['mac'])
      .sort(),
  );

  await expect(ip.fdb.add('p0', '02:00:00:00:00:05', { table: 'master' })).rejects.toMatchObject({
    code: 'EEXIST',
    message: expect.stringContaining('replace() changes it'),
  });
  await ip.fdb.replace('p1', '02:00:00:00:00:05', { table: 'master', state: 'static' });
  expect(await macs({ bridge: 'br0', port: 'p1' })).toContain('02:00:00:00:00:05');
  await ip.fdb.delete('p1', '02:00:00:00:00:05', { table: 'master' });
  await expect(ip.fdb.delete('p1', '02:00:00:00:00:05', { table: 'master' })).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(ip.fdb.add('q0', '02:00:00:00:00:05', { table: 'master' })).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    message: expect.stringContaining("'master' takes a port of a bridge"),
  });
});

test('a VXLAN floods to several ends', async () => {
  await ip.address.add('q0', '10.0.0.1/24');
  shell(ns, 'ip', 'link', 'add', 'vx0', 'type', 'vxlan', 'id', '7', 'dstport', '4789', 'local', '10.0.0.1');
  await ip.fdb.append('vx0', '00:00:00:00:00:00', { destination: '10.0.0.2' });
  await ip.fdb.append('vx0', '00:00:00:00:00:00', { destination: '10.0.0.3', port: 4790, vni: 9, via: 'q0' });
  expect(bridgeJson('fdb', 'show', 'dev', 'vx0')).toMatchObject([
    { mac: '00:00:00:00:00:00', dst: '10.0.0.2' },
    { mac: '00:00:00:00:00:00', dst: '10.0.0.3', port: 4790, vni: 9, viaIf: 'q0' },
  ]);
  expect(await ip.fdb.list({ port: 'vx0' })).toMatchObject([
    { destination: '10.0.0.2', port: undefined, state: 'permanent', flags: ['self'] },
    { destination: '10.0.0.3', port: 4790, vni: 9 },
  ]);
});

/** What `bridge -j vlan show` prints, one row for each VLAN. */
const shownVlans = (): Row[] =>
  bridgeJson('vlan', 'show').flatMap(({ ifname, vlans }) =>
    (vlans as { vlan: number; vlanEnd?: number; flags?: string[] }[]).flatMap(({ vlan, vlanEnd = vlan, flags = [] }) =>
      Array.from({ length: vlanEnd - vlan + 1 }, (_, i) => ({
        ifname,
        vid: vlan + i,
        pvid: flags.includes('PVID'),
        untagged: flags.includes('Egress Untagged'),
      })),
    ),
  );

/** The machine at hand may have a kernel without CONFIG_BRIDGE_VLAN_FILTERING. */
function knowsVlans(): boolean {
  try {
    shell(ns, 'ip', 'link', 'set', 'br0', 'type', 'bridge', 'vlan_filtering', '1');
    return true;
  } catch (error) {
    expect(String(error)).toContain('not supported');
    return false;
  }
}

test('VLANs of ports and of the bridge', async () => {
  if (!knowsVlans()) {
    const lacks = 'or the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)';
    await expect(ip.bridge.addVlan('p0', 10)).rejects.toMatchObject({
      code: 'EOPNOTSUPP',
      message: `bridge vlan add 10 dev p0: EOPNOTSUPP: p0 is no port of a bridge, ${lacks}`,
    });
    await expect(ip.bridge.addVlan('br0', [2, 3], { self: true })).rejects.toMatchObject({
      message: `bridge vlan add 2-3 dev br0: EOPNOTSUPP: br0 is no bridge, ${lacks}`,
    });
    await expect(ip.link.add({ name: 'br1', kind: 'bridge', data: { vlanFiltering: 1 } })).rejects.toMatchObject({
      message: expect.stringContaining('lacks it or one of its settings (vlanFiltering)'),
    });
    await expect(ip.link.set('br0', { kind: 'bridge', data: { vlanFiltering: 1 } })).rejects.toMatchObject({
      message: expect.stringContaining('cannot change it or one of its settings (vlanFiltering)'),
    });
    expect(await ip.bridge.vlans()).toEqual([]);
    return;
  }
  await ip.bridge.addVlan('p0', 10, { pvid: true, untagged: true });
  await ip.bridge.addVlan('p0', [20, 30]);
  await ip.bridge.addVlan('p1', [20, 22]);
  await ip.bridge.addVlan('br0', 12, { self: true });
  await ip.bridge.deleteVlan('p0', [25, 26]);
  await ip.bridge.deleteVlan('p1', 21);
  await ip.bridge.deleteVlan('p1', 99);
  const called = await names();
  const ours = (await ip.bridge.vlans()).map(({ index, ...vlan }) => ({ ifname: called.get(index), ...vlan }));
  expect(ours).toEqual(shownVlans());
  expect(ours).toContainEqual({ ifname: 'br0', vid: 12, pvid: false, untagged: false });
  expect((await ip.bridge.vlans({ link: 'p0' })).map(vlan => vlan.vid)).toEqual([
    1, 10, 20, 21, 22, 23, 24, 27, 28, 29, 30,
  ]);
  expect((await ip.bridge.vlans({ link: 'p0' })).filter(vlan => vlan.pvid)).toMatchObject([
    { vid: 10, untagged: true },
  ]);
  await expect(ip.bridge.addVlan('q0', 10)).rejects.toMatchObject({ code: 'EOPNOTSUPP' });
});
