import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Context } from '../context.js';
import type { ForwardingState } from '../forwarding.js';

/** What files in /proc/sys say, in the order in which they are to be written. */
export type Files = ReadonlyMap<string, string>;

/** What else changes, opposite to forwarding: whether a gateway is heeded that knows a better one. */
const ALSO = { ipv4: ['all/accept_redirects'], ipv6: [] } as const;

/**
 * What is written over when a namespace becomes a router, or no longer: what every link has and those to come will have,
 * whatever it was (inet_forward_change in net/ipv4/devinet.c, addrconf_fixup_forwarding in net/ipv6/addrconf.c).
 */
export function noteForwarding({ socket }: Context, family: keyof ForwardingState): Files {
  const folder = `/proc/sys/net/${family}/conf`;
  return socket.inside(() => {
    const links = readdirSync(folder).filter(name => name !== 'all');
    const names = [...['all', ...links].map(name => `${name}/forwarding`), ...ALSO[family]];
    const files = new Map<string, string>();
    for (const file of names.map(name => `${folder}/${name}`)) {
      const text = textOf(file);
      if (text !== undefined) files.set(file, text);
    }
    return files;
  });
}

/** Writes those that say something else now. Those of links that are gone are gone. */
export function giveBackFiles({ socket }: Context, files: Files): void {
  socket.inside(() => {
    for (const [file, before] of files) {
      const now = textOf(file);
      if (now !== undefined && now !== before) writeFileSync(file, before);
    }
  });
}

/** Undefined for a file that is not there. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
