import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Link, Namespace, Store } from '../../src/index.js';
import { ipJson } from './ip.js';
import { settingsFacts } from './settings-facts.js';

/** What `ip -j -d` says of a link or an address, in our words and its order, and the same of ours. */
type Facts = Record<string, unknown>;

/** `ip` shows these, and the kernel does not send them. */
const SHOWN_ONLY = ['NO-CARRIER', 'M-DOWN'];
const constantCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase();
const defined = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

function linkFacts(link: Link, nameOf: (index: number) => string | undefined): Facts {
  const here = link.linkIndex !== undefined && link.linkNetnsid === undefined;
  return defined({
    ifindex: link.index,
    ifname: link.name,
    link: here && link.linkIndex !== 0 ? nameOf(link.linkIndex!) : undefined,
    link_index: here ? undefined : link.linkIndex,
    link_netnsid: link.linkNetnsid,
    flags: link.flags
      .map(flag => constantCase(String(flag)))
      .filter(flag => flag !== 'RUNNING')
      .sort(),
    mtu: link.mtu,
    qdisc: link.qdisc,
    master: link.master === undefined ? undefined : nameOf(link.master),
    operstate: String(link.operState).toUpperCase(),
    linkmode: String(link.mode).toUpperCase(),
    group: link.group === 0 ? 'default' : String(link.group),
    txqlen: link.txqlen,
    link_type: link.type,
    address: link.address,
    broadcast: link.broadcast,
    num_tx_queues: link.numTxQueues,
    num_rx_queues: link.numRxQueues,
    ifalias: link.alias,
    altnames: link.altNames.length === 0 ? undefined : link.altNames,
    info_kind: link.kind,
    info_slave_kind: link.masterKind,
  });
}

function ipLinkFacts(shown: Facts): Facts {
  const { linkinfo, ...link } = shown as { linkinfo?: Record<string, Facts & string> } & Facts;
  const names = ['ifindex', 'ifname', 'link', 'link_index', 'link_netnsid', 'mtu', 'qdisc', 'master', 'operstate'];
  names.push('linkmode', 'group', 'txqlen', 'link_type', 'address', 'broadcast', 'num_tx_queues', 'num_rx_queues');
  names.push('ifalias', 'altnames');
  return defined({
    ...Object.fromEntries(names.map(name => [name, link[name]])),
    flags: (link['flags'] as string[]).filter(flag => !SHOWN_ONLY.includes(flag)).sort(),
    info_kind: linkinfo?.['info_kind'],
    info_slave_kind: linkinfo?.['info_slave_kind'],
  });
}

const FLAGS = ['secondary', 'temporary', 'deprecated', 'tentative', 'dadfailed', 'nodad', 'noprefixroute', 'autojoin'];

function addressFacts(address: Address): Facts {
  const lifetime = (left: Address['validLifetime']): number => (left === 'forever' ? 0xffffffff : left);
  return defined({
    ifindex: address.index,
    family: address.family === 4 ? 'inet' : 'inet6',
    local: address.address,
    address: address.peer,
    prefixlen: address.prefixLength,
    broadcast: address.broadcast,
    scope: address.scope === 'universe' ? 'global' : address.scope,
    label: address.label,
    metric: address.metric,
    flags: FLAGS.filter(
      flag => address.flags.includes(flag === 'temporary' ? 'secondary' : flag) && ofFamily(flag, address),
    ),
    dynamic: address.flags.includes('permanent') ? undefined : true,
    valid: lifetime(address.validLifetime),
    preferred: lifetime(address.preferredLifetime),
  });
}

/** IFA_F_TEMPORARY is IFA_F_SECONDARY by another name. */
const ofFamily = (flag: string, { family }: Address): boolean =>
  flag === 'secondary' ? family === 4 : flag === 'temporary' ? family === 6 : true;

function ipAddressFacts(ifindex: unknown, shown: Facts): Facts {
  const names = ['family', 'local', 'address', 'prefixlen', 'broadcast', 'scope', 'label', 'metric', 'dynamic'];
  return defined({
    ifindex,
    ...Object.fromEntries(names.map(name => [name, shown[name]])),
    flags: FLAGS.filter(flag => shown[flag] === true),
    valid: shown['valid_life_time'],
    preferred: shown['preferred_life_time'],
  });
}

const byIndex = (a: Facts, b: Facts): number => (a['ifindex'] as number) - (b['ifindex'] as number);
const which = ({ ifindex, local, prefixlen, address }: Facts): string => `${ifindex} ${local}/${prefixlen} ${address}`;
const byAddress = (a: Facts, b: Facts): number => (which(a) < which(b) ? -1 : 1);

function expectSameSettings({ name, data, portData }: Link, shown: Facts | undefined): void {
  const { info_data: ofKind, info_slave_data: ofPort } = (shown?.['linkinfo'] ?? {}) as Record<string, Facts>;
  const facts = [settingsFacts(ofKind, data), settingsFacts(ofPort, portData)];
  expect([name, ...facts.map(({ own }) => own)]).toEqual([name, ...facts.map(({ ip }) => ip)]);
}

/** Whether a picture of links and addresses is, field by field, what `ip -j -d link` and `ip -j -d address` print. */
function expectSameAsIp(ns: Namespace, links: Iterable<Link>, addresses?: Iterable<Address>): void {
  const all = [...links];
  const nameOf = (index: number): string | undefined => all.find(link => link.index === index)?.name;
  const shown: Facts[] = ipJson(ns, 'link', 'show');
  for (const link of all)
    expectSameSettings(
      link,
      shown.find(each => each['ifindex'] === link.index),
    );
  expect(all.map(link => linkFacts(link, nameOf)).sort(byIndex)).toEqual(shown.map(ipLinkFacts).sort(byIndex));
  if (addresses === undefined) return;
  const wanted = ipJson(ns, 'address', 'show').flatMap(link =>
    (link['addr_info'] as Facts[]).map(each => ipAddressFacts(link['ifindex'], each)),
  );
  expect([...addresses].map(addressFacts).sort(byAddress)).toEqual(wanted.sort(byAddress));
}

/**
 * The same of a store at a quiet moment, for which it waits ten seconds at most: the kernel tells of a carrier up to a
 * second late (net/core/link_watch.c).
 */
export async function expectStoreSameAsIp(ns: Namespace, store: Store): Promise<void> {
  for (const end = Date.now() + 10_000; ; await sleep(50)) {
    try {
      return expectSameAsIp(ns, store.links, store.addresses);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
