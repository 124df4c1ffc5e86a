import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  shell(
    ns,
    'sh',
    '-c',
    'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
  );
  await ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'v1' } });
  shell(ns, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/v0/disable_ipv6');
  await ip.link.set('v1', { up: true });
  await ip.link.set('v0', { up: true });
  await ip.address.add('v0', '10.0.0.1/24');
  await ip.address.add('v0', '2001:db8::1/64', { flags: ['nodad'] });
});
afterEach(() => {
  ip.close();
  ns.close();
});

test('neighbours are added, changed, asked for and forgotten', async () => {
  await ip.neighbour.add('v0', '10.0.0.9', { lladdr: '02:00:00:00:00:09' });
  await ip.neighbour.add('v0', '2001:db8::9', { lladdr: '02:00:00:00:00:0a', flags: ['router'] });
  await ip.neighbour.replace('v0', '10.0.0.8', { lladdr: '02:00:00:00:00:08', state: 'noarp', protocol: 'static' });
  await ip.neighbour.add('v0', '10.0.0.7', { proxy: true });
  const shown = (...args: string[]): object[] =>
    ipJson(ns, ...args).map(each => ({
      address: each['dst'],
      lladdr: each['lladdr'],
      state: (each['state'] as string[]).join('|').toLowerCase(),
      flags: 'router' in each ? ['router'] : [],
      protocol: each['protocol'],
    }));
  const settled = (await ip.neighbour.list()).filter(({ address }) => !address.startsWith('ff'));
  expect(
    settled.map(({ address, lladdr, state, flags, protocol }) => ({ address, lladdr, state, flags, protocol })),
  ).toEqual(
    shown('neighbour', 'show', 'nud', 'all').filter(each => !(each as { address: string }).address.startsWith('ff')),
  );
  expect(settled).toHaveLength(3);
  expect(await ip.neighbour.list({ proxy: true })).toMatchObject([
    { address: '10.0.0.7', flags: ['proxy'], lladdr: undefined },
  ]);
  expect((await ip.neighbour.list({ family: 4, link: 'v0' })).map(each => each.address).sort()).toEqual([
    '10.0.0.8',
    '10.0.0.9',
  ]);
  expect(await ip.neighbour.list({ family: 4, link: 'v1' })).toEqual([]);

  await expect(ip.neighbour.add('v0', '10.0.0.9', { lladdr: '02:00:00:00:00:01' })).rejects.toMatchObject({
    code: 'EEXIST',
    message: expect.stringContaining('v0 has a neighbour 10.0.0.9 already'),
  });
  await ip.neighbour.replace('v0', '10.0.0.9', { lladdr: '02:00:00:00:00:01', state: 'reachable' });
  expect(await ip.neighbour.get('v0', '10.0.0.9')).toMatchObject({
    lladdr: '02:00:00:00:00:01',
    state: 'reachable',
    family: 4,
  });
  await ip.neighbour.delete('v0', '10.0.0.8');
  await ip.neighbour.delete('v0', '10.0.0.7', { proxy: true });
  expect(await ip.neighbour.list({ proxy: true })).toEqual([]);
  await expect(ip.neighbour.delete('v0', '10.0.0.77')).rejects.toMatchObject({
    code: 'ENOENT',
    message: 'neighbour delete 10.0.0.77 dev v0: ENOENT: v0 has no neighbour 10.0.0.77',
  });
  await expect(ip.neighbour.get('v0', '10.0.0.77')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(ip.neighbour.add('v0', '10.0.0.5', { lladdr: '02:00:00:00:00' })).rejects.toMatchObject({
    code: 'EINVAL',
  });
});

/** `10.0.0.0/24` of what `ip -j rule` splits in two, or prints as `all`. */
function cidr(address: unknown, length: unknown): string | undefined {
  return address === undefined || address === 'all' ? undefined : `${String(address)}/${String(length)}`;
}

test('rules are added, listed and deleted', async () => {
  await ip.rule.add({ from: '10.0.0.0/24', table: 5 });
  await ip.rule.add({
    from: '10.0.0.0/24',
    to: '10.1.0.0/16',
    iif: 'v0',
    oif: 'v1',
    mark: 5,
    markMask: 0xff,
    table: 1000,
    priority: 77,
    tos: 0x10,
  });
  await ip.rule.add({ not: true, from: '10.0.0.0/24', suppressPrefixLength: 0, priority: 78 });
  await ip.rule.add({ from: '10.0.0.0/24', goto: 32766, priority: 7 });
  await ip.rule.add({ to: '10.0.0.0/24', action: 'unreachable', priority: 8 });
  await ip.rule.add({ from: '2001:db8::/64', table: 5, priority: 3 });
  for (const family of [4, 6] as const) {
    const wanted = ipJson(ns, `-${family}`, 'rule', 'show').map(rule => ({
      priority: rule['priority'],
      from: cidr(rule['src'], rule['srclen']),
      to: cidr(rule['dst'], rule['dstlen']),
      iif: rule['iif'],
      oif: rule['oif'],
      not: 'not' in rule,
      ...('table' in rule && { table: /^\d+$/.test(String(rule['table'])) ? Number(rule['table']) : rule['table'] }),
      ...('goto' in rule && { goto: rule['goto'] }),
      ...('action' in rule && { action: rule['action'] }),
    }));
    expect(await ip.rule.list({ family })).toMatchObject(wanted);
    expect(wanted.length).toBeGreaterThan(2);
  }
  expect((await ip.rule.list()).filter(rule => rule.family === 6)).toHaveLength(3);
  const marked = (await ip.rule.list()).find(rule => rule.priority === 77)!;
  expect(marked).toMatchObject({ mark: 5, markMask: 0xff, tos: 0x10, table: 1000, iif: 'v0', action: 'toTable' });
  await ip.rule.delete(marked);
  await ip.rule.delete({ priority: 78 });
  await ip.rule.delete({ from: '10.0.0.0/24', table: 5 });
  for (const rule of await ip.rule.list()) if (rule.priority > 0 && rule.priority < 32766) await ip.rule.delete(rule);
  expect((await ip.rule.list()).map(rule => rule.priority)).toEqual([0, 32766, 32767, 0, 32766]);
  await expect(ip.rule.delete({ priority: 3 })).rejects.toMatchObject({
    code: 'ENOENT',
    message: 'rule delete priority 3: ENOENT: there is no such rule',
  });
  await ip.rule.add({ from: '10.0.0.0/24', table: 5, priority: 9 });
  await expect(ip.rule.add({ from: '10.0.0.0/24', table: 5, priority: 9 })).rejects.toMatchObject({ code: 'EEXIST' });
});

test('forwarding, of the namespace and of one link', async () => {
  const read = (file: string): string => shell(ns, 'cat', `/proc/sys/net/${file}`).trim();
  await ip.link.set('lo', { up: true });
  await ip.forwarding.set({ ipv4: false, ipv6: false });
  expect(await ip.forwarding.get()).toEqual({ ipv4: false, ipv6: false });
  await ip.forwarding.set({ ipv4: true, ipv6: true, link: 'v0' });
  expect([read('ipv4/conf/v0/forwarding'), read('ipv6/conf/v0/forwarding'), read('ipv4/ip_forward')]).toEqual([
    '1',
    '1',
    '0',
  ]);
  expect(await ip.forwarding.get({ link: 'v0' })).toEqual({ ipv4: true, ipv6: true });
  expect(await ip.forwarding.get({ link: 'lo' })).toEqual({ ipv4: false, ipv6: false });
  await ip.forwarding.set({ ipv4: true });
  expect([read('ipv4/ip_forward'), read('ipv6/conf/all/forwarding'), read('ipv4/conf/lo/forwarding')]).toEqual([
    '1',
    '0',
    '1',
  ]);
  await ip.forwarding.set({ ipv4: false, ipv6: true });
  expect([read('ipv4/ip_forward'), read('ipv6/conf/all/forwarding')]).toEqual(['0', '1']);
  expect(await ip.forwarding.get()).toEqual({ ipv4: false, ipv6: true });
  await expect(ip.forwarding.set({ ipv4: true, link: 'nope' })).rejects.toThrow('there is no link "nope"');
  using here = netns.current();
  const own = open({ netns: here });
  expect(await own.forwarding.get()).toEqual({
    ipv4: shell(here, 'cat', '/proc/sys/net/ipv4/ip_forward').trim() === '1',
    ipv6: shell(here, 'cat', '/proc/sys/net/ipv6/conf/all/forwarding').trim() === '1',
  });
  own.close();
});
