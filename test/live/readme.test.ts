import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { shell } from '../support/ip.js';

const ROOT = join(__dirname, '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(match => match[1]!);

/** What a block finds: three links with addresses, and what an earlier block has declared. */
const LINKS = ['d1', 'd2', 'd3'];
const PRELUDE = `import { open, netns } from 'rtnetlink';
await using ip = open();
const links = (await ip.link.list({ kind: 'ifb' }));
const addressOf = (link: (typeof links)[number]): string => \`10.9.\${link.index}.1/24\`;
const { signal } = AbortSignal.timeout === undefined ? new AbortController() : { signal: AbortSignal.timeout(300) };
void [netns, links, addressOf, signal];
`;
const PREPARE = [
  'mount -t tmpfs tmpfs /run && mkdir -p /run/netns',
  ...LINKS.map(
    (name, i) => `ip link add ${name} type ifb && ip link set ${name} up && ip address add 10.0.${i}.1/24 dev ${name}`,
  ),
  'ip link set lo up',
  'exec "$@"',
].join(' && ');

let folder: string;
beforeAll(() => {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'build', 'readme-')); // below the package, so that its own name leads to it
  blocks.forEach((block, i) => {
    const complete = block.includes('open(') && block.includes("from 'rtnetlink'");
    const other = block.includes("from 'rtnetlink/");
    writeFileSync(join(folder, `block${i}.ts`), complete || other ? block : PRELUDE + block);
  });
  const compilerOptions = { noEmit: false, rootDir: '.', outDir: '.', types: ['node'], noUnusedLocals: false };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions,
      include: [],
      files: blocks.map((_, i) => `block${i}.ts`),
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the code of the README passes the type checker and runs', () => {
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(tsc.stdout).toBe('');
  expect(readdirSync(folder).filter(file => file.endsWith('.js'))).toHaveLength(blocks.length);
  for (const i of blocks.keys()) {
    const program = [process.execPath, join(folder, `block${i}.js`)];
    const { status, stderr } = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', PREPARE, 'sh', ...program], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ code: blocks[i], status, stderr }).toEqual({ code: blocks[i], status: 0, stderr: '' });
  }
});

describe('the errors of the README are those that come', () => {
  const shown = /^NetlinkError: .*?(?=^```)/ms.exec(readme)![0].trimEnd().split('\n');
  let ns: Namespace;
  let ip: Ip;
  beforeAll(() => {
    ns = netns.create();
    ip = open({ netns: ns });
    shell(ns, 'ip', 'link', 'add', 'veth1', 'type', 'veth', 'peer', 'name', 'veth2');
  });
  afterAll(() => {
    ip.close();
    ns.close();
  });
  const made: (() => Promise<unknown>)[] = [
    () => ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } }),
    () => ip.link.set('veth1', { mtu: 70_000 }),
    () => ip.link.add({ name: 'eth%d', kind: 'veth' }),
    () => ip.address.add('veth1', '172.20.1.1'),
  ];
  test.each(made.map((make, i) => [shown[i], make] as const))('%s', async (text, make) => {
    const error = await make().catch((reason: unknown) => reason);
    expect(String(error)).toBe(text);
  });
  test('all of them', () => expect(shown).toHaveLength(made.length));
});
