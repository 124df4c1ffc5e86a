import type { TopologyFarEnd, TopologyGraph, TopologyLink } from './graph.js';

/** How many places a note names before it counts the rest. */
const NAMED = 3;

/** Text that moves no cursor and hides nothing: the kernel allows almost any byte in a name. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => {
    const code = character.codePointAt(0)!;
    // A lone surrogate stands for a byte that is no UTF-8: see readText.
    const byte = code >= 0xdc80 && code <= 0xdcff ? code & 0xff : code;
    return byte < 0x100 ? `\\x${byte.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Whether pictures show it: a loopback link with nothing but its own addresses says nothing. */
export const isShown = ({ loopback, addresses }: TopologyLink): boolean =>
  !loopback || addresses.some(({ scope }) => scope !== 'host');

/** `up`, `down`, `lowerlayerdown` …. Drivers that do not track it say `unknown`. */
export const stateOf = ({ operState, up }: TopologyLink): string =>
  operState !== 'unknown' ? String(operState) : up ? 'up' : 'down';

/** `veth`, `vlan 10`, and nothing for hardware. */
export const kindOf = ({ kind, vlan }: TopologyLink): string =>
  vlan === undefined ? (kind ?? '') : `vlan ${vlan.id}${vlan.protocol === '8021ad' ? ' (802.1ad)' : ''}`;

/** `172.20.1.1/24`, or `10.0.0.1 peer 10.0.0.2/32`. */
export const addressesOf = ({ addresses }: TopologyLink): string[] =>
  addresses.map(({ cidr, peer }) => {
    const slash = cidr.lastIndexOf('/');
    return peer === undefined ? cidr : `${cidr.slice(0, slash)} peer ${peer}${cidr.slice(slash)}`;
  });

/** `vlans 1 (pvid, untagged), 10-20`; nothing if it takes part in none. */
export function bridgeVlansOf({ bridgeVlans }: TopologyLink): string[] {
  const runs: { first: number; last: number; how: string }[] = [];
  for (const { vid, pvid, untagged } of bridgeVlans) {
    const how = [...(pvid ? ['pvid'] : []), ...(untagged ? ['untagged'] : [])].join(', ');
    const run = runs.at(-1);
    if (run?.last === vid - 1 && run.how === how) run.last = vid;
    else runs.push({ first: vid, last: vid, how });
  }
  if (runs.length === 0) return [];
  const words = runs.map(({ first, last, how }) => {
    const range = first === last ? `${first}` : `${first}-${last}`;
    return how === '' ? range : `${range} (${how})`;
  });
  return [`vlans ${words.join(', ')}`];
}

/** What a far end is called that was not seen: `index 5 in netns id 3`. */
export function unseen({ namespaces, unreachable }: TopologyGraph, end: TopologyFarEnd): string {
  const there =
    namespaces.find(({ id }) => id === end.namespace)?.label ??
    unreachable.find(({ namespace }) => namespace !== undefined && namespace === end.namespace)?.place ??
    (end.netnsId! < 0 ? 'a namespace that is going' : `netns id ${end.netnsId}`);
  return `index ${end.index} in ${there}, not seen`;
}

/** One line for each reason why something is missing from the picture. */
export function notes({ unreachable }: TopologyGraph): string[] {
  const places = new Map<string, string[]>();
  for (const { code, place } of unreachable) places.set(code, [...(places.get(code) ?? []), place]);
  return [...places].map(([code, list]) => {
    const more = list.length > NAMED ? ` and ${list.length - NAMED} more` : '';
    return `not looked at (${code}): ${list.slice(0, NAMED).join(', ')}${more}`;
  });
}
