import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PATIENCE = 120_000;

/** What an example prints; it is to end well, and says so itself when something is amiss. */
function example(name: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['examples/run.mjs', name], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

test('every example is run here', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter(file => file.endsWith('.ts'));
  expect(files).toEqual(['bridge.ts', 'demo.ts', 'monitor.ts', 'openvswitch.ts', 'router.ts']);
});

test(
  'demo: two namespaces and a veth pair',
  () => {
    expect(count(example('demo'), /^UDP 172\.20\.1\.1 -> 172\.20\.1\.2 -> 172\.20\.1\.1: [\d.]+ ms$/gm)).toBe(3);
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
  },
  PATIENCE,
);

const switchInstalled = existsSync('/usr/share/openvswitch/vswitch.ovsschema');
(switchInstalled ? test : test.skip)(
  'openvswitch: two namespaces on a real switch (skipped where openvswitch-switch is not installed)',
  () => {
    expect(count(example('openvswitch'), /^UDP 172\.20\.2\.1 -> br0 -> 172\.20\.2\.2 and back: [\d.]+ ms$/gm)).toBe(3);
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
