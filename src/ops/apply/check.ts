import { checkBoolean } from '../forwarding.js';
import { checkKeys, NEW_LINK_SETTINGS } from '../link-input.js';
import { checkLinkName } from '../names.js';
import type { EndSpec, LinkSpec, NamespaceSpec, NetworkSpec, RouteSpec } from './spec.js';

/** What can be said of a namespace. */
export const NAMESPACE = ['links', 'routes', 'forwarding', 'exact'] as const satisfies readonly (keyof NamespaceSpec)[];
const END = [...NEW_LINK_SETTINGS, 'master', 'addresses'];
const LINK = [...END, 'state', 'kind', 'data', 'peer', 'link', 'linkNetns'];
const STATES = ['present', 'absent'];

/** Fails for what nothing knows: a misspelt setting would be silently ignored. Throws TypeError or RangeError. */
export function checkSpec(whole: NetworkSpec, operation: string): void {
  checkKeys(whole, [...NAMESPACE, 'namespaces'], operation);
  checkNamespace(whole, operation);
  for (const [i, spec] of itemsOf(whole.namespaces, `${operation}: namespaces`)) {
    const where = `${operation}: namespaces.${i}`;
    checkKeys(spec, [...NAMESPACE, 'netns', 'state'], where);
    if (spec.netns === undefined) throw new TypeError(`${where}: netns: say which namespace`);
    checkState(spec.state, where);
    checkNamespace(spec, where);
  }
}

function checkNamespace({ links, routes, forwarding = {}, exact }: NamespaceSpec, where: string): void {
  checkBoolean(`${where}: exact`, exact);
  checkKeys(forwarding, ['ipv4', 'ipv6'], `${where}: forwarding`);
  for (const [family, value] of Object.entries(forwarding)) checkBoolean(`${where}: forwarding: ${family}`, value);
  for (const [i, link] of itemsOf(links, `${where}: links`)) checkLink(link, `${where}: links.${i}`);
  for (const [i, route] of itemsOf(routes, `${where}: routes`)) checkRoute(route, `${where}: routes.${i}`);
}

function checkRoute(route: RouteSpec, where: string): void {
  checkObject(route, where);
  if (typeof route.destination !== 'string')
    throw new TypeError(`${where}: destination: expected 'default' or text like 10.1.0.0/16`);
  checkState(route.state, where);
  for (const [i, way] of itemsOf(route.nexthops, `${where}: nexthops`)) checkObject(way, `${where}: nexthops.${i}`);
}

/** What is wrong with a link is told as of `where`. */
export function checkLink(link: LinkSpec, where: string): void {
  checkKeys(link, link?.state === 'absent' ? ['name', 'state'] : LINK, where);
  checkState(link.state, where);
  checkEnd(link, where);
  if (link.state === 'absent') return;
  if (link.kind === undefined && link.data !== undefined) throw new TypeError(`${where}: data: say of which kind`);
  if (link.peer === undefined) return;
  checkKeys(link.peer, [...END, 'netns'], `${where}: peer`);
  checkEnd(link.peer, `${where}: peer`);
}

function checkEnd({ name, addresses }: EndSpec, where: string): void {
  checkLinkName(name, `${where}: name`);
  for (const [i, each] of itemsOf(addresses, `${where}: addresses`)) {
    if (typeof each === 'string') continue;
    checkObject(each, `${where}: addresses.${i}`, 'text or an object');
    if (typeof each.address !== 'string')
      throw new TypeError(
        `${where}: addresses.${i}: address: expected text like 10.0.0.1/24, got ${gotWords(each.address)}`,
      );
    checkState(each.state, `${where}: addresses.${i}`);
  }
}

/** What a list has, each with its number; nothing if there is no list. */
function itemsOf<T>(list: readonly T[] | undefined, where: string): readonly (readonly [number, T])[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new TypeError(`${where}: expected a list, got ${gotWords(list)}`);
  return [...(list as readonly T[]).entries()];
}

function checkObject(value: unknown, where: string, expected = 'an object'): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${where}: expected ${expected}, got ${gotWords(value)}`);
}

function gotWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function checkState(state: unknown, where: string): void {
  if (state !== undefined && !STATES.includes(state as string))
    throw new RangeError(`${where}: state: expected 'present' or 'absent', got ${String(state)}`);
}
