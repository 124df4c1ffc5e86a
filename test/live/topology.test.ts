import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { type Namespace, netns, open, type Topology, type TopologyLink, topology } from '../../src/index.js';
import { ipJson } from '../support/ip.js';
import { runProgram } from '../support/program.js';

const handles: Namespace[] = [];
const held = <T extends Namespace>(ns: T): T => {
  handles.push(ns);
  return ns;
};
afterEach(() => {
  for (const handle of handles.splice(0)) handle.close();
  for (const name of netns.list()) netns.delete(name);
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/^(socket|pipe):.*/, '$1')];
    } catch {
      return []; // the directory itself
    }
  });

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });
const idOf = (path: string): string => `net:[${statSync(path).ino}]`;

/** The links of one namespace as `ip -j -d address show` has them, in our words. */
function asIpSees(ns: Namespace): object[] {
  const links = ipJson(ns, 'address', 'show');
  const indexOf = new Map(links.map(link => [link['ifname'], link['ifindex']]));
  return links
    .map(link => {
      const info = link['linkinfo'] as { info_kind?: string } | undefined;
      const addresses = link['addr_info'] as { local: string; prefixlen: number; address?: string; scope: string }[];
      return {
        index: link['ifindex'],
        name: link['ifname'],
        kind: info?.info_kind,
        up: (link['flags'] as string[]).includes('UP'),
        operState: String(link['operstate']).toLowerCase(),
        address: link['address'],
        mtu: link['mtu'],
        loopback: link['link_type'] === 'loopback',
        master: indexOf.get(link['master']),
        far: link['link_index'] ?? indexOf.get(link['link']),
        netnsId: link['link_netnsid'],
        addresses: addresses.map(({ local, prefixlen, address, scope }) => [`${local}/${prefixlen}`, address, scope]),
      };
    })
    .sort((a, b) => Number(a.index) - Number(b.index));
}

const SCOPES: Record<string, string> = { universe: 'global' };

function asWeSee({ links }: Topology, namespace: string): object[] {
  return links
    .filter(link => link.namespace === namespace)
    .map(link => ({
      index: link.index,
      name: link.name,
      kind: link.kind,
      up: link.up,
      operState: link.operState,
      address: link.address,
      mtu: link.mtu,
      loopback: link.loopback,
      master: link.master === undefined ? undefined : Number(link.master.split('/')[1]),
      far: (link.peer ?? link.lower)?.index,
      netnsId: (link.peer ?? link.lower)?.netnsId,
      addresses: link.addresses.map(({ cidr, peer, scope }) => [cidr, peer, SCOPES[String(scope)] ?? String(scope)]),
    }));
}

const named = (found: Topology, label: string, name: string): TopologyLink => {
  const namespace = found.namespaces.find(each => each.label === label);
  return found.links.find(link => link.namespace === namespace?.id && link.name === name)!;
};

/** A bridge in a namespace with a name, a host with a name, one with a handle alone, and one that a process holds. */
function lab(): { middle: Namespace; anonymous: Namespace } {
  const middle = held(netns.create('middle'));
  const host = held(netns.create('host'));
  const anonymous = held(netns.create());
  const ip = (line: string): string => middle.run(() => run('ip', ...line.split(' ')));
  ip('link add br0 up type bridge');
  ip('link add br1 type bridge');
  for (const [port, at] of [
    ['p0', 'host'],
    ['p1', `/proc/${process.pid}/fd/${anonymous.fd}`],
  ]) {
    ip(`link add ${port} up master br0 type veth peer name eth0 netns ${at}`);
  }
  ip('link add v1 type veth peer name v2');
  ip('link add mv link v1 type macvlan mode bridge');
  ip(`link add far link v1 netns host type macvlan mode bridge`);
  ip('address add 10.0.0.1/24 dev br0');
  ip('address add 10.1.0.1 peer 10.1.0.2/32 dev v1');
  host.run(() => run('ip', 'address', 'add', '10.0.0.2/24', 'dev', 'eth0'));
  host.run(() => run('ip', 'link', 'set', 'eth0', 'up'));
  anonymous.run(() => run('ip', 'address', 'add', '127.0.0.1/8', 'dev', 'lo'));
  return { middle, anonymous };
}

test('every namespace holds what ip sees in it', async () => {
  const { anonymous } = lab();
  const found = await topology({ namespaces: [anonymous], processes: false });
  const places = [
    [idOf('/proc/self/ns/net'), held(netns.current()), true, []],
    [`net:[${anonymous.inode}]`, anonymous, false, []],
    [idOf('/run/netns/host'), held(netns.open('host')), false, ['host']],
    [idOf('/run/netns/middle'), held(netns.open('middle')), false, ['middle']],
  ] as const;
  expect(found.namespaces.map(({ id, own, names, pids }) => [id, own, names, pids])).toEqual(
    places.map(([id, , own, names]) => [id, own, names, []]),
  );
  for (const [id, ns] of places) expect(asWeSee(found, id)).toEqual(asIpSees(ns));
  expect(found.links.length).toBeGreaterThan(11);
  expect(found.unreachable).toEqual([]);
});

test('pairs, bridges and lower links are joined, within a namespace and across', async () => {
  const { anonymous } = lab();
  const found = await topology({ namespaces: { box: anonymous }, processes: false });
  const id = (label: string, name: string): string => named(found, label, name).id;
  const pairs = found.pairs.map(pair => [...pair].sort());
  expect(pairs.sort()).toEqual(
    [
      [id('middle', 'p0'), id('host', 'eth0')],
      [id('middle', 'p1'), id('box', 'eth0')],
      [id('middle', 'v1'), id('middle', 'v2')],
    ]
      .map(pair => pair.sort())
      .sort(),
  );
  expect(found.bridges).toEqual([
    { link: id('middle', 'br0'), ports: [id('middle', 'p0'), id('middle', 'p1')], vlanFiltering: false },
    { link: id('middle', 'br1'), ports: [], vlanFiltering: false },
  ]);
  expect(named(found, 'middle', 'mv').lower).toMatchObject({ netnsId: undefined, link: id('middle', 'v1') });
  expect(named(found, 'host', 'far')).toMatchObject({
    peer: undefined,
    lower: { netnsId: expect.any(Number), link: id('middle', 'v1') },
  });
  expect(JSON.parse(JSON.stringify(found)).pairs).toEqual(found.pairs);
});

test('pairs are told apart by namespace, not by index', async () => {
  const names = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
  for (const name of names) held(netns.create(name));
  // Every link but one has index 9, and a peer with index 9.
  for (const [a, b] of [
    ['n0', 'n1'],
    ['n5', 'n2'],
    ['n3', 'n4'],
  ] as const) {
    run(
      'ip',
      '-n',
      a,
      'link',
      'add',
      'x',
      'index',
      '9',
      'type',
      'veth',
      'peer',
      'name',
      `to-${a}`,
      'index',
      '9',
      'netns',
      b,
    );
  }
  const found = await topology({ processes: false });
  const joined = found.pairs.map(pair =>
    pair.map(end => {
      const { namespace, name } = found.links.find(({ id }) => id === end)!;
      return `${found.namespaces.find(({ id }) => id === namespace)!.label} ${name}`;
    }),
  );
  expect(joined).toEqual([
    ['n0 x', 'n1 to-n0'],
    ['n2 to-n5', 'n5 x'],
    ['n3 x', 'n4 to-n3'],
  ]);
});

test('a peer that was not seen stays visible; handing over its namespace shows it', async () => {
  const ns = held(netns.create('ns'));
  const hidden = held(netns.create());
  ns.run(() =>
    run('ip', 'link', 'add', 'x', 'type', 'veth', 'peer', 'name', 'y', 'netns', `/proc/${process.pid}/fd/${hidden.fd}`),
  );
  const [seen] = ipJson(ns, 'link', 'show', 'x');
  const without = await topology({ processes: false });
  expect(without.pairs).toEqual([]);
  expect(named(without, 'ns', 'x').peer).toEqual({
    index: seen!['link_index'],
    netnsId: seen!['link_netnsid'],
    namespace: undefined,
    link: undefined,
  });
  for (const picture of [String(without), without.toDot(), without.toMermaid()]) {
    expect(picture).toContain(`index ${seen!['link_index']} in netns id ${seen!['link_netnsid']}, not seen`);
  }
  const withIt = await topology({ processes: false, namespaces: [hidden, '/proc/self/ns/net', 'ns', hidden] });
  expect(withIt.pairs).toHaveLength(1);
  expect(withIt.namespaces).toHaveLength(3);
});

test('namespaces of processes and threads are found, each once, unless nobody asked for them', async () => {
  using ns = netns.create();
  using other = netns.create();
  const children = [1, 2].map(() => ns.spawn('sleep', ['60'], { stdio: 'ignore' }));
  const worker = other.worker(new URL('data:text/javascript,setInterval(() => {}, 1000)'));
  try {
    await new Promise(resolve => worker.once('online', resolve));
    const found = await topology();
    const of = (inode: number): object | undefined => found.namespaces.find(each => each.inode === inode);
    const pids = children.map(({ pid }) => pid);
    expect(of(ns.inode)).toMatchObject({ pids, label: `sleep (${pids[0]})`, own: false });
    expect(of(other.inode)).toMatchObject({ pids: [process.pid], own: false });
    expect(found.namespaces[0]).toMatchObject({ own: true, label: 'this namespace' });
    expect(found.namespaces[0]!.pids).toContain(process.pid);
    expect(found.links.filter(({ namespace }) => namespace === `net:[${ns.inode}]`)).toMatchObject([{ name: 'lo' }]);
    expect((await topology({ processes: false })).namespaces).toHaveLength(1);
  } finally {
    for (const child of children) child.kill();
    await worker.terminate();
  }
});

test('what is no namespace, or may not be entered, is listed with the reason', async () => {
  const ns = held(netns.create('ns'));
  writeFileSync('/run/netns/stale', '');
  await using ip = open();
  await ip.link.add({ name: 'x', kind: 'veth', peer: { name: 'y', netns: ns } });
  try {
    const { namespaces, unreachable } = await topology({ processes: false });
    expect(namespaces.map(({ label }) => label)).toEqual(['this namespace', 'ns']);
    expect(unreachable).toEqual([
      {
        place: '/run/netns/stale',
        namespace: undefined,
        code: 'EINVAL',
        reason: 'open: EINVAL: /run/netns/stale is no namespace file',
      },
    ]);

    // In a user namespace of its own a process may open the file of ours, but neither enter it nor look at this process.
    const from = (before: string): Topology => runProgram('topology', { before }) as Topology;
    const nested = from('set -- unshare --map-root-user "$@"');
    const id = `net:[${ns.inode}]`;
    expect(nested.namespaces.map(each => each.id)).toEqual([idOf('/proc/self/ns/net')]);
    expect(nested.unreachable).toContainEqual({
      place: 'ns',
      namespace: id,
      code: 'EPERM',
      reason: expect.stringMatching(/^setns: EPERM: .*CAP_SYS_ADMIN/),
    });
    expect(nested.unreachable).toContainEqual({
      place: `/proc/${process.pid}/ns/net`,
      code: 'EACCES',
      reason: expect.stringContaining(`to look at process ${process.pid} takes CAP_SYS_PTRACE over it`),
    });
    expect(nested.links.find(({ name }) => name === 'x')!.peer).toMatchObject({
      namespace: id,
      index: expect.any(Number),
    });
  } finally {
    await ip.link.delete('x');
  }
});

test('nothing stays open, however it ends; bad arguments and the signal are heeded', async () => {
  const { anonymous } = lab();
  await topology({ namespaces: [anonymous] });
  const before = openFiles();
  const found = await topology({
    namespaces: [anonymous, anonymous, 'middle'],
    timeout: 10_000,
    signal: new AbortController().signal,
  });
  expect(found.namespaces.length).toBeGreaterThan(3);
  await expect(topology({ namespaces: [anonymous, 'nope'] })).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(topology({ namespaces: { x: { pid: 0 } } })).rejects.toThrow(RangeError);
  await expect(topology({ namespace: [] } as never)).rejects.toThrow('no setting is called "namespace"');
  await expect(topology({ timeout: 0 })).rejects.toThrow(RangeError);
  await expect(topology({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  const control = new AbortController();
  const aborted = topology({ namespaces: [anonymous], signal: control.signal });
  control.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expect(openFiles().sort()).toEqual(before.sort());
});
