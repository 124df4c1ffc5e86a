/** Settings of a kind or a port as `ip -j -d` has them in info_data and info_slave_data. */
type Shown = Readonly<Record<string, unknown>>;
type Settings = Readonly<Record<string, unknown>>;

/** Names that differ by more than the way of writing them. */
const NAMES: Readonly<Record<string, string>> = {
  hairpin: 'mode',
  root_block: 'protect',
  fastleave: 'fastLeave',
  flood: 'unicastFlood',
  mcast_to_unicast: 'mcastToUcast',
  proxy_arp: 'proxyarp',
  proxy_arp_wifi: 'proxyarpWifi',
  bcqueuelen: 'bcQueueLen',
  usedbcqueuelen: 'bcQueueLenUsed',
};
/** Bits of one of our settings that `ip` shows each by itself. */
const BITS: Readonly<Record<string, readonly [string, string]>> = {
  no_linklocal_learn: ['multiBoolopt', 'noLlLearn'],
  mcast_vlan_snooping: ['multiBoolopt', 'mcastVlanSnooping'],
  mst_enabled: ['multiBoolopt', 'mstEnable'],
};
/** MDB_RTR_TYPE_*, linux/if_bridge.h */
const ROUTER_TYPES = ['disabled', 'tempQuery', 'perm', 'temp'];
/** Times that run, and what is shown twice. */
const LEFT_OUT = /_timer$|_str$/;

/** The two in the same words. What `ip` shows and we have no name for is in the first only. */
export function settingsFacts(shown: Shown = {}, own: object = {}): { ip: Settings; own: Settings } {
  const names = Object.keys(shown).filter(name => !LEFT_OUT.test(name));
  return {
    ip: Object.fromEntries(names.map(name => [name, plainest(shown[name])])),
    own: Object.fromEntries(names.map(name => [name, ownFact(name, own as Settings)])),
  };
}

function ownFact(name: string, own: Settings): unknown {
  const bit = BITS[name];
  if (bit !== undefined) {
    const { optval = [] } = (own[bit[0]] ?? {}) as { optval?: readonly unknown[] };
    return optval.includes(bit[1]) ? '1' : '0';
  }
  const value = own[NAMES[name] ?? name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
  return ROUTER_TYPES.includes(value as string) && /router$/.test(name)
    ? String(ROUTER_TYPES.indexOf(value as string))
    : plainest(value);
}

/** Numbers, words and bridge ids as one text each, however they are written. */
function plainest(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return /^0x[\da-f]+$/.test(value) ? String(Number(value)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const { prio, addr } = value as { prio?: number; addr?: string };
  if (prio === undefined || addr === undefined)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainest(item)]));
  // Without leading zeros (ether_ntoa): `8000.2:0:0:0:0:1`.
  return `${prio.toString(16).padStart(4, '0')}.${addr.replace(/\b0(?=[\da-f])/g, '')}`;
}
