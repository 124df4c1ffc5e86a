import { readdirSync, readlinkSync } from 'node:fs';

/** The namespace of each thread of this process, `net:[4026531840]`, by thread id. */
export function namespacesOfThreads(): Map<string, string> {
  return new Map(readdirSync('/proc/self/task').map(tid => [tid, readlinkSync(`/proc/self/task/${tid}/ns/net`)]));
}

/** How many descriptors this process has open. */
export const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
