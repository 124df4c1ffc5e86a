import { execFileSync, spawn } from 'node:child_process';
import type { Namespace } from '../../src/index.js';

/**
 * Runs `ip`, `bridge` … inside a namespace and returns what it prints: the second opinion of the live tests. A child
 * started while the thread is inside stays inside.
 */
export function shell(ns: Namespace, command: string, ...args: string[]): string {
  return ns.run(() => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** What `ip -j -d ARGS` prints, parsed. */
export function ipJson(ns: Namespace, ...args: string[]): Record<string, unknown>[] {
  return JSON.parse(shell(ns, 'ip', '-j', '-d', ...args) || '[]') as Record<string, unknown>[];
}

/** `ip -batch`: many commands in one process, at the kernel's full speed. Rejects unless all succeed. */
export function ipBatch(ns: Namespace, commands: readonly string[]): Promise<void> {
  const child = ns.run(() => spawn('ip', ['-batch', '-'], { stdio: ['pipe', 'ignore', 'pipe'] }));
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text));
  child.stdin.on('error', () => {}); // it ended early: its status tells
  child.stdin.end(commands.map(command => `${command}\n`).join(''));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => (status === 0 ? resolve() : reject(new Error(`ip -batch: ${status}: ${complaint}`))));
  });
}
