import { execFileSync } from 'node:child_process';
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
