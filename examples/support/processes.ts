import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds until a process that does not heed SIGTERM is killed. */
const PATIENCE = 10_000;

export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Ends a child process, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}
