import { isDeepStrictEqual } from 'node:util';
import type { AnyCodec, Codec } from '../../protocol/codec.js';
import { linkKinds } from '../../protocol/rtnetlink/index.js';
import type { Differences } from './difference.js';
import { sameSources } from './macvlan.js';
import { isMasked, maskedChange } from './masked.js';
import { reread } from './reread.js';

type Values = Readonly<Record<string, unknown>>;

/** Compares the settings of a kind: those that are wanted, as the kernel would report them. */
export function compareData(differences: Differences, kind: string, found: object | undefined, wanted: object): void {
  const own = (found ?? {}) as Values;
  const other = reread(layoutOf(kind), wanted) as Values;
  for (const name of Object.keys(wanted).filter(each => (wanted as Values)[each] !== undefined)) {
    if (!isSame(name, own[name], other[name])) differences.change(`data.${name}`, own[name], other[name]);
  }
}

/** Those of the settings by name, in a form that can be sent. */
export const pickData = (names: readonly string[], data: object | undefined): Record<string, unknown> =>
  sendable(data, name => names.includes(name));

/** What the kernel tells and does not take: state, counts, the time left, and the bits that no setting of a vxlan uses. */
const READ_ONLY =
  /Timer$|^(fdbNLearned|macaddrCount|bcQueueLenUsed|reservedBits|rootId|bridgeId|rootPort|rootPathCost|topologyChange|topologyChangeDetected|mcastQuerierState|supervisionAddr|seqNr|state|berrCounter)$/;

/** What a bond finds out by its ports, though it can be told for once (bond_fill_info in drivers/net/bonding/bond_netlink.c). */
const FOUND_OUT = ['activeSlave', 'adInfo'];

/** All settings of a kind, as they were reported, in a form that can be sent. */
export const allData = (data: object | undefined): Record<string, unknown> =>
  sendable(data, name => !READ_ONLY.test(name) && !FOUND_OUT.includes(name));

/** What the kernel does not tell because it is nothing: macvlan_fill_info, vxlan_fill_info, bond_fill_info in drivers/net. */
const UNTOLD: Readonly<Record<string, unknown>> = {
  bcCutoff: 1,
  macaddrData: {},
  group: '0.0.0.0',
  group6: '::',
  local: '0.0.0.0',
  local6: '::',
  link: 0,
  vnifilter: 0,
  mcRoute: 0,
  activeSlave: 0,
  primary: 0,
  arpIpTarget: [],
  nsIp6Target: [],
};

/**
 * What has to be sent to a link that has the settings `now`, so that it has those of `before` again; with `names`, of those
 * only. Of bits just those that differ: a bridge refuses the ones that its kernel lacks even as they are
 * (br_boolopt_multi_toggle in net/bridge/br.c), and a vlan those that it reports in its mask and that mean nothing
 * (vlan_dev_change_flags in net/8021q/vlan_dev.c).
 */
export function dataBack(
  now: object | undefined,
  before: object | undefined,
  names?: readonly string[], // all of them
): Record<string, unknown> {
  const all = names === undefined ? allData : (data: object | undefined) => pickData(names, data);
  const own = all(now);
  const untold = Object.entries(UNTOLD).filter(([name]) => own[name] !== undefined);
  const entries = Object.entries({ ...Object.fromEntries(untold), ...all(before) });
  const changes = entries.map(([name, value]) => [name, change(name, own[name], value)] as const);
  return Object.fromEntries(changes.filter(([, value]) => value !== undefined));
}

/** What leads from one value to another; undefined for nothing. */
function change(name: string, from: unknown, to: unknown): unknown {
  if (name === 'macaddrData') return sameSources(from, to) ? undefined : to;
  if (isMasked(from) && isMasked(to)) return maskedChange(from, to);
  return isDeepStrictEqual(from, to) ? undefined : to;
}

function sendable(data: object | undefined, chosen: (name: string) => boolean): Record<string, unknown> {
  const entries = Object.entries(data ?? {}).filter(([name]) => chosen(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, name === 'ttlInherit' ? asFlag(value) : value]));
}

/** Reported as 0 or 1, taken as a flag (drivers/net/vxlan/vxlan_core.c, drivers/net/geneve.c). */
const asFlag = (value: unknown): true | undefined => (value === 1 || value === true ? true : undefined);

/** The layout of IFLA_INFO_DATA. Types allow `data` for kinds that have one only. */
function layoutOf(kind: string): Codec<unknown, unknown> {
  const layout = (linkKinds as Readonly<Record<string, AnyCodec>>)[kind];
  if (layout === undefined) throw new TypeError(`data: the settings of kind ${JSON.stringify(kind)} are not known`);
  return layout as Codec<unknown, unknown>;
}

/**
 * Settings that a bridge keeps in jiffies: in what it reports they are less by up to one, unless the kernel's HZ is a
 * multiple of the hundredths of a second they come in (clock_t_to_jiffies and jiffies_to_clock_t in kernel/time/time.c).
 */
const CLOCK_TICKS: readonly string[] = [
  'forwardDelay',
  'helloTime',
  'maxAge',
  'ageingTime',
  'mcastLastMemberIntvl',
  'mcastMembershipIntvl',
  'mcastQuerierIntvl',
  'mcastQueryIntvl',
  'mcastQueryResponseIntvl',
  'mcastStartupQueryIntvl',
];

/** What is a flag in requests the kernel may report as 0 and 1, or leave out. */
function isSame(name: string, found: unknown, wanted: unknown): boolean {
  if (name === 'macaddrData') return sameSources(found, wanted);
  if (found === undefined && Object.hasOwn(UNTOLD, name)) return isDeepStrictEqual(wanted, UNTOLD[name]);
  if (wanted === true) return Boolean(found);
  if (CLOCK_TICKS.includes(name) && found !== undefined) return [0, 1].includes(Number(wanted) - Number(found));
  if (isMasked(found) && isMasked(wanted)) return maskedChange(found, wanted) === undefined;
  return isDeepStrictEqual(found, wanted);
}
