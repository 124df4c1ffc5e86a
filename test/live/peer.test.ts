import { execFileSync } from 'node:child_process';
import { type Ip, type LinkPeer, type Namespace, netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

const opened: Disposable[] = [];
/** A namespace that is closed after the test. */
function made(name?: string): Namespace {
  const ns = netns.create(name);
  opened.push(ns);
  return ns;
}
function opening(ns: Namespace): Ip {
  const ip = open({ netns: ns });
  opened.push({ [Symbol.dispose]: () => ip.close() });
  return ip;
}
afterEach(() => {
  for (const each of opened.splice(0).reverse()) each[Symbol.dispose]();
  for (const name of netns.list()) netns.delete(name);
});

/** The driver's own word for the peer: `ethtool -S` prints it. */
const peerIfindex = (ns: Namespace, name: string): number =>
  Number(/peer_ifindex: (\d+)/.exec(shell(ns, 'ethtool', '-S', name))![1]);

/** /sys shows the links of the namespace of whoever mounts it. */
const iflink = (ns: Namespace, name: string): number =>
  Number(shell(ns, 'unshare', '--mount', 'sh', '-c', `mount -t sysfs s /sys && cat /sys/class/net/${name}/iflink`));

const indexOf = (ns: Namespace, name: string): number => Number(ipJson(ns, 'link', 'show', name)[0]!['ifindex']);
const macOf = (ns: Namespace, name: string): unknown => ipJson(ns, 'link', 'show', name)[0]!['address'];

test('both ends of a pair in one namespace', async () => {
  const ns = made();
  const ip = opening(ns);
  shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2');
  for (const [own, other] of [
    ['v1', 'v2'],
    ['v2', 'v1'],
  ] as const) {
    const peer = (await ip.link.peer(own))!;
    expect(peer).toMatchObject({ index: indexOf(ns, other), netnsId: undefined, netns: undefined });
    expect(peer.link).toMatchObject({ name: other, address: macOf(ns, other), linkIndex: indexOf(ns, own) });
    expect([iflink(ns, own), peerIfindex(ns, own)]).toEqual([peer.index, peer.index]);
  }
});

test('from either end in two named namespaces, by name, index and object', async () => {
  const [ns1, ns2] = [made('ns1'), made('ns2')];
  const [ip1, ip2] = [opening(ns1), opening(ns2)];
  shell(ns1, 'ip', 'link', 'add', 'v1', 'index', '71', 'type', 'veth', 'peer', 'name', 'v2', 'netns', 'ns2');
  for (const ref of ['v1', 71, await ip1.link.get('v1')]) {
    const peer = (await ip1.link.peer(ref))!;
    expect(peer.netns).toEqual({ name: 'ns2', path: '/run/netns/ns2' });
    expect(peer.index).toBe(indexOf(ns2, 'v2'));
    expect(peer.link).toMatchObject({ name: 'v2', address: macOf(ns2, 'v2'), kind: 'veth', linkIndex: 71 });
  }
  const back = (await ip2.link.peer('v2'))!;
  expect(back).toMatchObject({ index: 71, netns: { name: 'ns1' }, link: { name: 'v1', address: macOf(ns1, 'v1') } });
  expect([iflink(ns2, 'v2'), peerIfindex(ns2, 'v2')]).toEqual([71, 71]);
  expect([iflink(ns1, 'v1'), peerIfindex(ns1, 'v1')]).toEqual([indexOf(ns2, 'v2'), indexOf(ns2, 'v2')]);
  // The id is the one that ip knows, and the place leads there.
  expect(execFileSync('ip', ['-n', 'ns1', 'netns', 'list-id'], { encoding: 'utf8' })).toContain(
    `nsid ${(await ip1.link.peer('v1'))!.netnsId} (iproute2 netns name: ns2)`,
  );
  expect(ipJson(ns2, 'link', 'show', 'v2')[0]).toMatchObject({ link_index: 71, link_netnsid: back.netnsId });
});

test('ends with the same index are told apart', async () => {
  const ns1 = made('ns1');
  made('ns2');
  shell(
    ns1,
    'ip',
    'link',
    'add',
    'v1',
    'index',
    '9',
    'type',
    'veth',
    'peer',
    'name',
    'v2',
    'index',
    '9',
    'netns',
    'ns2',
  );
  expect(await opening(ns1).link.peer('v1')).toMatchObject({ index: 9, netns: { name: 'ns2' }, link: { name: 'v2' } });
});

test('a namespace without a name is found by its process, its descriptor or where it is mounted', async () => {
  const [ns, anonymous] = [made('here'), made()];
  const ip = opening(ns);
  const pair = (...where: string[]): string =>
    shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2', 'netns', ...where);
  const place = async (): Promise<LinkPeer['netns']> => {
    const { netns: found, link } = (await ip.link.peer('v1'))!;
    expect(link).toMatchObject({ name: 'v2' });
    await using there = open({ netns: found!.path! });
    expect(await there.link.get('v2')).toMatchObject({ index: link!.index });
    return found;
  };
  const child = anonymous.spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    pair(String(child.pid));
    expect(await place()).toEqual({ name: undefined, path: `/proc/${child.pid}/ns/net` });
  } finally {
    child.kill();
    await new Promise(resolve => child.on('exit', resolve));
  }
  expect(await place()).toEqual({ name: undefined, path: `/proc/${process.pid}/fd/${anonymous.fd}` });
  execFileSync('sh', [
    '-c',
    `touch "/run/by hand" && mount --bind /proc/${process.pid}/fd/${anonymous.fd} "/run/by hand"`,
  ]);
  try {
    expect(await place()).toEqual({ name: undefined, path: '/run/by hand' });
  } finally {
    execFileSync('umount', ['/run/by hand']);
  }
});

test('what is no pair has no peer, though it may sit on another link', async () => {
  const ns = made();
  const ip = opening(ns);
  shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2');
  shell(ns, 'ip', 'link', 'add', 'mv0', 'link', 'v1', 'type', 'macvlan');
  expect(iflink(ns, 'mv0')).toBe(indexOf(ns, 'v1'));
  expect(await ip.link.peer('mv0')).toBeUndefined();
  expect(await ip.link.peer('lo')).toBeUndefined();
  await expect(ip.link.peer('nope')).rejects.toMatchObject({
    code: 'ENODEV',
    message: expect.stringMatching(/^link peer nope: ENODEV: there is no link "nope" in netns/),
  });
  await expect(ip.link.peer('v1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

test('a container is told index and id of its host’s end, not the link', async () => {
  const host = made('host');
  const code = `
    import { open } from ${JSON.stringify(`${process.cwd()}/dist/index.js`)};
    const ip = open();
    const { index, netnsId, netns, link } = await ip.link.peer('eth0');
    console.log(JSON.stringify([index, netnsId, netns, link]));
    ip.close();`;
  // A user namespace of its own, which owns its network namespace: what rootless containers have.
  const run = `"$1" --input-type=module -e "$2" || exit 1`;
  const child = host.spawn(
    'unshare',
    ['--user', '--map-root-user', '--net', 'sh', '-c', `echo; read x; ${run}`, 'sh', process.execPath, code],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  child.stdout!.on('data', data => (printed += data));
  await new Promise(resolve => child.stdout!.once('data', resolve));
  shell(host, 'ip', 'link', 'add', 've', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(child.pid));
  const end = indexOf(host, 've'); // it goes when the container does
  child.stdin!.end('go\n');
  await new Promise(resolve => child.on('close', resolve));
  const [index, netnsId, place, link] = JSON.parse(printed);
  expect([index, link]).toEqual([end, null]);
  expect(netnsId).toBeGreaterThanOrEqual(0);
  expect(place).toEqual({ name: 'host', path: '/run/netns/host' });
});

test('an end that moves is followed', async () => {
  const [ns1, ns2, ns3] = [made('ns1'), made('ns2'), made('ns3')];
  const ip = opening(ns1);
  shell(ns1, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2');
  for (const [from, to] of [
    [ns1, ns2],
    [ns2, ns3],
    [ns3, ns1],
  ] as const) {
    shell(from, 'ip', 'link', 'set', 'v2', 'netns', to.name!);
    const peer = (await ip.link.peer('v1'))!;
    expect(peer.netns?.name).toBe(to === ns1 ? undefined : to.name);
    expect(peer.link).toMatchObject({ name: 'v2', index: indexOf(to, 'v2') });
  }
});
