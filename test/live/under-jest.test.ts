import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A program of somebody else's with the package installed, tested as docs/testing.md says.

const ROOT = join(__dirname, '..', '..');
const modules = join(ROOT, 'node_modules');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rtnetlink-'));
  const installed = join(folder, 'node_modules', 'rtnetlink');
  mkdirSync(installed, { recursive: true });
  for (const part of ['package.json', 'dist']) cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  for (const name of ['koffi', '@koromix', 'debug', 'ms', 'binary-parser']) {
    symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

const body = `
  test('answers', async () => {
    const ip = open();
    expect((await ip.link.get(1)).name).toBe('lo');
    ip.close();
    const kernel = new ScriptedKernel();
    kernel.expect(16).error('EPERM');
    const scripted = open({ transport: kernel.open() });
    await expect(scripted.link.set(1, { up: true })).rejects.toThrow(NetlinkError);
    scripted.close();
  });`;
const names = ['{ NetlinkError, open }', '{ ScriptedKernel }'];

/** Runs jest over one file there; fails with what it prints. */
function jest(file: string, head: string, config: object, flags: string[] = []): void {
  writeFileSync(join(folder, file), head + body);
  // By default the cache is /tmp/jest_UID, which is somebody else's where everybody is 0.
  const cacheDirectory = join(folder, 'cache');
  const options = { testEnvironment: 'node', testMatch: [`**/${file}`], cacheDirectory, ...config };
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(options));
  const command = [...flags, join(modules, 'jest', 'bin', 'jest.js'), '-c', join(folder, 'jest.config.json')];
  execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
}

test('from a CommonJS test, transformed', () => {
  const head = `const ${names[0]} = require('rtnetlink'); const ${names[1]} = require('rtnetlink/testing');`;
  jest('common.test.js', head, {
    transform: { '^.+\\.[jt]s$': require.resolve('@swc/jest') },
    transformIgnorePatterns: ['/node_modules/(?!rtnetlink/)'],
  });
});

test('from a test that is an ES module', () => {
  const head = `import ${names[0]} from 'rtnetlink'; import ${names[1]} from 'rtnetlink/testing';`;
  jest('module.test.mjs', head, { transform: {} }, ['--experimental-vm-modules']);
});

test('a program that is CommonJS requires it as it is', () => {
  const head = `const ${names[0]} = require('rtnetlink'); const ${names[1]} = require('rtnetlink/testing');`;
  const program = `${head} const ip = open(); ip.link.get(1).then(({ name }) => { console.log(name); ip.close(); });`;
  const run = ['--no-warnings', '-e', program];
  expect(execFileSync(process.execPath, run, { cwd: folder, encoding: 'utf8' })).toBe('lo\n');
});
