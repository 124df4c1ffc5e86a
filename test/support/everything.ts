import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Namespace, netns } from '../../src/index.js';

const LOOK = [
  ['-4', 'link\naddress\nroute show table all\nrule'],
  ['-6', 'address\nroute show table all\nrule'],
] as const;
const FILES = ['/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv6/conf/all/forwarding'];
/** What runs by itself, and the queue that a link keeps once it has been up. */
const RUNNING = /timer$|^qdisc$|^cache_/;
/** What follows the carrier, up to a second later (net/core/link_watch.c). */
const LATE = /^(operstate|state|topology_change.*|LOWER_UP|NO-CARRIER|M-DOWN|linkdown|dead)$/;

/** Lists in an order of their own: the kernel lists what was given back last. Which address is primary they say. */
function ordered(value: unknown, left: (word: string) => boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.filter(item => typeof item !== 'string' || left(item)).map(item => ordered(item, left));
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key]) => left(key));
  return Object.fromEntries(fields.map(([key, item]) => [key, ordered(item, left)]));
}

/** All there is in the namespaces and in those with names, as `ip` sees it; `atOnce`: without what takes a moment. */
export function everythingIn(places: readonly Namespace[], atOnce: boolean): string {
  const left = (word: string): boolean => !RUNNING.test(word) && !(atOnce && LATE.test(word));
  const look = (family: string, input: string): string => {
    const printed = execFileSync('ip', ['-j', '-d', family, '-b', '-'], { input, encoding: 'utf8' });
    const lists = printed.split('\n').filter(line => line.startsWith('['));
    return lists.map(line => JSON.stringify(ordered(JSON.parse(line), left))).join('\n');
  };
  const named = netns.list();
  const opened = named.map(name => netns.open(name));
  const seen = [...places, ...opened].map(where =>
    where.run(() => [
      ...LOOK.map(([family, input]) => look(family, input)),
      ...FILES.map(file => readFileSync(file, 'utf8')),
    ]),
  );
  for (const each of opened) each.close();
  return [named.join(' '), ...seen.flat()].join('\n');
}

/** Waits until things are as they were. */
export async function settlesIn(
  places: readonly Namespace[],
  before: string,
  what: string,
  atOnce: boolean,
): Promise<void> {
  for (let left = 100; left > 0; left--) {
    if (everythingIn(places, atOnce) === before) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const [now, then] = [everythingIn(places, atOnce), before].map(each => each.replaceAll(/[{},]/g, '$&\n').split('\n'));
  const lost = then!.filter(line => !now!.includes(line));
  const left = now!.filter(line => !then!.includes(line));
  throw new Error(`${what}: ${JSON.stringify({ lost, left }, undefined, 1)}`);
}
