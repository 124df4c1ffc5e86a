import { checkKeys, NEW_LINK_SETTINGS } from '../link-input.js';
import { checkLinkName } from '../names.js';
import type { EndSpec, LinkSpec, NamespaceSpec, NetworkSpec } from './spec.js';

/** What can be said of a namespace. */
export const NAMESPACE = ['links', 'routes', 'forwarding', 'exact'] as const satisfies readonly (keyof NamespaceSpec)[];
const END = [...NEW_LINK_SETTINGS, 'master', 'addresses'];
const LINK = [...END, 'state', 'kind', 'data', 'peer', 'link', 'linkNetns'];
const STATES = ['present', 'absent'];

/** Fails for what nothing knows: a misspelt setting would be silently ignored. Throws TypeError or RangeError. */
export function checkSpec(whole: NetworkSpec): void {
  checkKeys(whole, [...NAMESPACE, 'namespaces'], 'apply');
  checkNamespace(whole, 'apply');
  for (const [i, spec] of (whole.namespaces ?? []).entries()) {
    const where = `apply: namespaces.${i}`;
    checkKeys(spec, [...NAMESPACE, 'netns', 'state'], where);
    if (spec.netns === undefined) throw new TypeError(`${where}: netns: say which namespace`);
    checkState(spec.state, where);
    checkNamespace(spec, where);
  }
}

function checkNamespace({ links = [], routes = [], forwarding = {} }: NamespaceSpec, where: string): void {
  checkKeys(forwarding, ['ipv4', 'ipv6'], `${where}: forwarding`);
  for (const [i, link] of links.entries()) checkLink(link, `${where}: links.${i}`);
  for (const [i, route] of routes.entries()) {
    if (typeof route.destination !== 'string')
      throw new TypeError(`${where}: routes.${i}: destination: expected 'default' or text like 10.1.0.0/16`);
    checkState(route.state, `${where}: routes.${i}`);
  }
}

function checkLink(link: LinkSpec, where: string): void {
  checkKeys(link, link?.state === 'absent' ? ['name', 'state'] : LINK, where);
  checkState(link.state, where);
  checkEnd(link, where);
  if (link.state === 'absent' || link.peer === undefined) return;
  checkKeys(link.peer, [...END, 'netns'], `${where}: peer`);
  checkEnd(link.peer, `${where}: peer`);
}

function checkEnd({ name, addresses = [] }: EndSpec, where: string): void {
  checkLinkName(name, `${where}: name`);
  for (const each of addresses) if (typeof each !== 'string') checkState(each.state, `${where}: addresses`);
}

function checkState(state: unknown, where: string): void {
  if (state !== undefined && !STATES.includes(state as string))
    throw new RangeError(`${where}: state: expected 'present' or 'absent', got ${String(state)}`);
}
