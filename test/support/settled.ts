import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `holds` does, for half a minute at most; the test that follows says what is wrong if it did not. */
export async function settled(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !holds() && Date.now() < end; ) await sleep(5);
}
