import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment, hasSwitch, ROOT, remains } from '../support/examples.js';

const PATIENCE = 120_000;

const before = remains();
afterEach(() => expect(remains()).toEqual(before));

/** What an example prints; it is to end well, and says so itself when something is amiss. */
function example(name: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['examples/run.mjs', name], {
    cwd: ROOT,
    env: environment,
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const TIME = '[\\d.]+ ms';

test('every example is run here', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter(file => file.endsWith('.ts'));
  expect(files).toEqual([
    'apply.ts',
    'bridge.ts',
    'container.ts',
    'demo.ts',
    'monitor.ts',
    'openvswitch.ts',
    'pair.ts',
    'router.ts',
  ]);
});

test(
  'demo: two namespaces and a veth pair',
  () => {
    expect(count(example('demo'), /^UDP 172\.20\.1\.1 -> 172\.20\.1\.2 -> 172\.20\.1\.1: [\d.]+ ms$/gm)).toBe(3);
  },
  PATIENCE,
);

test(
  'pair: the same in one call, and its picture',
  () => {
    const printed = example('pair');
    expect(count(printed, /^UDP left -> right and back: [\d.]+ ms$/gm)).toBe(3);
    expect(printed).toMatch(/^left\n└─ veth1 {2}veth {2}up {2}172\.20\.5\.1\/24 .*<-> veth2 of right$/m);
    expect(printed).toMatch(/^right\n└─ veth2 {2}veth {2}up {2}172\.20\.5\.2\/24 .*<-> veth1 of left$/m);
  },
  PATIENCE,
);

test(
  'bridge: three namespaces, whose addresses the bridge learns',
  () => {
    const printed = example('bridge');
    expect(count(printed, /^UDP \w+ -> \w+ and back: [\d.]+ ms$/gm)).toBe(6);
    const pairs = (pattern: RegExp): string[] =>
      [...printed.matchAll(pattern)].map(match => `${match[1]} ${match[2]}`).sort();
    const learned = pairs(/^ {2}(\S+) is behind (\w+)$/gm);
    expect(learned).toEqual(pairs(/^ {2}(\S+) is eth0 of (\w+)$/gm));
    expect(learned).toHaveLength(3);
    expect(printed).toMatch(
      /^└─ br0 .*\n {3}├─ red .* eth0 of red\n {3}├─ green .* eth0 of green\n {3}└─ blue .* of blue$/m,
    );
  },
  PATIENCE,
);

test(
  'router: nothing passes until the namespace forwards',
  () => {
    const printed = example('router');
    expect(printed).toContain('left reaches 10.0.2.2 by 10.0.1.1, as 10.0.1.2');
    expect(printed).toContain('left reaches fd00:2::2 by fd00:1::1, as fd00:1::2');
    expect(printed).toMatch(/"ipv4":false.*\nUDP 10\.0\.1\.2 -> 10\.0\.2\.2: no answer\nforwarding .*"ipv4":true/);
    expect(printed).toMatch(/^UDP 10\.0\.1\.2 -> 10\.0\.2\.2: back in [\d.]+ ms$/m);
    expect(printed).toMatch(/^UDP fd00:1::2 -> fd00:2::2: back in [\d.]+ ms$/m);
    expect(printed).toMatch(
      /^router\n├─ left .*10\.0\.1\.1\/24.* eth0 of left\n└─ right .*10\.0\.2\.1\/24.* eth0 of right$/m,
    );
  },
  PATIENCE,
);

test(
  'apply: a plan, its execution, nothing to do, and a mess put in order',
  () => {
    const printed = example('apply');
    const dry = printed.slice(0, printed.indexOf('once more'));
    expect(dry).toContain('+ netns left\n+ netns right\n+ link br0 mtu 1500 kind bridge\n');
    expect(dry).toContain('+ link left kind veth peer eth0 netns left\n');
    expect(dry).toContain('+ address 10.0.0.2/24 dev eth0 netns left\n');
    expect(dry).toContain('+ route default netns right gateway 10.0.0.1\n');
    expect(printed).toContain('once more: nothing to do\n');
    expect(printed).toMatch(/^UDP left -> right and back: [\d.]+ ms$/m);
    expect(printed).toContain(`put in order
~ link br0 mtu 1400 -> 1500
+ address 10.0.0.2/24 dev eth0 netns left
~ link br0 up
+ route default netns left gateway 10.0.0.1
`);
    expect(printed).toMatch(/^apply: route add default: ENETUNREACH: .*\nand br0 has an MTU of 1500 still$/m);
    expect(printed).toContain('taken down\n- link br0\n- netns left\n- netns right\n');
  },
  PATIENCE,
);

test(
  'container: its veth is found from inside, and it from its veth',
  () => {
    const printed = example('container');
    const all = (pattern: string): string[][] =>
      [...printed.matchAll(new RegExp(pattern, 'gm'))].map(match => match.slice(1));
    const pids = all(`^container (\\d+): GET http://172\\.20\\.4\\.\\d/ -> "hello 172\\.20\\.4\\.1", ${TIME}$`).flat();
    expect(pids).toHaveLength(2);
    // The name of each veth says whose it is.
    const inside = all('^  container (\\d+): (\\d+): eth0@if(\\d+) -> (\\d+): veth(\\w+)$');
    const outside = all('^  (\\d+): veth(\\w+)@if(\\d+) -> (\\d+): eth0 in /proc/(\\d+)/ns/net$');
    expect(inside.map(([pid]) => pid)).toEqual(pids);
    expect(inside.map(([, , , , name]) => String(parseInt(name!, 16)))).toEqual(pids);
    expect(inside.every(([, , far, index]) => far === index)).toBe(true);
    expect(outside.map(([index, name, far, there, pid]) => [pid, there, index, index, name, far])).toEqual(
      inside.map(([pid, index, far, veth, name]) => [pid, index, far, veth, name, index]),
    );
  },
  PATIENCE,
);

(hasSwitch ? test : test.skip)(
  'openvswitch: two namespaces on a real switch (skipped without openvswitch-switch, ethtool, or leave to open /dev/net/tun)',
  () => {
    const printed = example('openvswitch');
    expect(count(printed, /^UDP 172\.20\.2\.1 -> br0 -> 172\.20\.2\.2 and back: [\d.]+ ms$/gm)).toBe(3);
    const seen = [...printed.matchAll(/^ {2}port {2}\d: rx pkts=(\d+).*\n {11}tx pkts=(\d+)/gm)];
    expect(seen).toHaveLength(2);
    // Three datagrams each way at least, and behind which port whose hardware address is.
    for (const [, received, sent] of seen) expect(Math.min(Number(received), Number(sent))).toBeGreaterThanOrEqual(3);
    const addresses = [...printed.matchAll(/^(\S+) is eth0 of \w+: \d+ packets sent, \d+ received$/gm)].map(
      match => match[1]!,
    );
    expect(addresses).toHaveLength(2);
    for (const [i, address] of addresses.entries()) {
      expect(printed).toMatch(new RegExp(`^ +${i + 1} +0 +${address} +\\d+$`, 'm'));
    }
  },
  PATIENCE,
);

test(
  'monitor: what happens is told in order, also what the kernel does not announce',
  () => {
    const printed = example('monitor');
    const lines = printed.split('\n');
    expect(lines.slice(0, 2)).toEqual(['link lo added', 'synced']);
    const told = [
      'link veth1 added',
      'address 10.0.0.1/24 added',
      'route 10.1.0.0/16 added',
      'route 10.1.0.0/16 changed: gateway',
    ];
    const places = [...told, 'route 10.1.0.0/16 removed'].map(line => lines.indexOf(line));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(1);
    expect(count(printed, /^link veth[12] removed$/gm)).toBe(2);
    expect(printed).toContain('left: lo, 0 IPv4 routes');
  },
  PATIENCE,
);
