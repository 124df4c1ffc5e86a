import { execFileSync } from 'node:child_process';
import { type Ip, netns, open } from '../../src/index.js';

let ip: Ip;
beforeEach(() => {
  netns.create('here').close();
  netns.create('ns1').close();
  netns.create('ns2').close();
  ip = open({ netns: 'here' });
});
afterEach(() => {
  ip.close();
  for (const name of netns.list()) netns.delete(name);
});

/** Lines of `ip netns …` in the namespace `name`. */
const seen = (name: string, ...args: string[]): string[] =>
  execFileSync('ip', ['-n', name, 'netns', ...args], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

test('ids are given and looked up, and ip sees the same', async () => {
  expect(await ip.netns.id('ns1')).toBeUndefined();
  expect(await ip.netns.list()).toEqual([]);
  expect(await ip.netns.setId('ns1', 17)).toBe(17);
  expect(await ip.netns.setId('ns2')).toBe(0);
  expect(await ip.netns.id('ns1')).toBe(17);
  expect(seen('here', 'list-id')).toEqual(['nsid 0 (iproute2 netns name: ns2)', 'nsid 17 (iproute2 netns name: ns1)']);
  expect(await ip.netns.list()).toEqual([
    { id: 0, name: 'ns2', currentId: undefined },
    { id: 17, name: 'ns1', currentId: undefined },
  ]);
});

test('id 0 and one that ip gave', async () => {
  execFileSync('ip', ['-n', 'here', 'netns', 'set', 'ns2', '5']);
  expect(await ip.netns.id('ns2')).toBe(5);
  expect(await ip.netns.setId('ns1', 0)).toBe(0);
  expect(await ip.netns.id('ns1')).toBe(0);
});

test('what another namespace calls its own', async () => {
  await ip.netns.setId('ns1', 1);
  await ip.netns.setId('ns2', 2);
  await using there = open({ netns: 'ns1' });
  await there.netns.setId('ns2', 22);
  await there.netns.setId('here', 33);
  expect(seen('here', 'list-id', 'target-nsid', '1')).toEqual([
    'nsid 22 current-nsid 2 (iproute2 netns name: ns2)',
    'nsid 33 current-nsid unassigned',
  ]);
  expect(await ip.netns.list({ target: 1 })).toEqual([
    { id: 22, name: 'ns2', currentId: 2 },
    { id: 33, name: undefined, currentId: undefined },
  ]);
});

test('errors', async () => {
  await ip.netns.setId('ns1', 1);
  await expect(ip.netns.setId('ns1', 2)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(ip.netns.setId('ns2', 1)).rejects.toMatchObject({ code: 'EEXIST', operation: 'netns set' });
  await expect(ip.netns.setId('ns2', -1)).rejects.toThrow(RangeError);
  await expect(ip.netns.id('nope')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await ip.netns.list()).toMatchObject([{ id: 1, name: 'ns1' }]);
});

test('an id leads to a name, or to a process', async () => {
  await ip.netns.setId('ns1', 1);
  expect(await ip.netns.find(1)).toEqual({ name: 'ns1', path: '/run/netns/ns1' });
  using ns = netns.create();
  const child = ns.spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const id = await ip.netns.setId(ns);
    expect(await ip.netns.find(id)).toEqual({ name: undefined, path: `/proc/${child.pid}/ns/net` });
  } finally {
    child.kill();
  }
  expect(await ip.netns.find(999)).toEqual({ name: undefined, path: undefined });
});
