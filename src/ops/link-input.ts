import type { Encodable } from '../protocol/codec.js';
import { type LinkAttrsInput, type LinkInput, linkFlags, type linkKinds } from '../protocol/rtnetlink/index.js';
import { hardwareBytes } from './hardware-address.js';
import { checkIndex, checkLinkName } from './names.js';

/** What a link can be made with or set to. What is left out is not sent. */
export interface LinkSettings {
  /** Administratively up or down (IFF_UP). */
  up?: boolean | undefined;
  /** Whether addresses are resolved with ARP (IFF_NOARP when not). */
  arp?: boolean | undefined;
  /** Whether it can send and receive multicast (IFF_MULTICAST). */
  multicast?: boolean | undefined;
  /** Receive all multicast packets (IFF_ALLMULTI). */
  allmulticast?: boolean | undefined;
  /** Receive all packets (IFF_PROMISC). */
  promisc?: boolean | undefined;
  /** Its addresses change when it goes down (IFF_DYNAMIC). */
  dynamic?: boolean | undefined;
  /** Bytes. The kernel knows the driver's range: 68 to 65535 for a veth. */
  mtu?: number | undefined;
  /** Hardware address, `aa:bb:cc:dd:ee:ff`; not a multicast one, not all zeros. */
  address?: string | undefined;
  /** Hardware broadcast address. */
  broadcast?: string | undefined;
  /** Transmit queue length, packets. */
  txqlen?: number | undefined;
  /** Group number; 0 is `default`. */
  group?: number | undefined;
  /** Free text, at most 255 bytes; empty to remove it. */
  alias?: string | undefined;
  /** Pretend that the signal is there or not; for drivers that allow it. */
  carrier?: boolean | undefined;
  /** Whether the link goes up at once or waits for a supplicant (IFLA_LINKMODE). */
  mode?: 'default' | 'dormant' | undefined;
}

/** What can be said of a link when it is made, and never changed. */
export interface NewLinkSettings extends LinkSettings {
  /** 1 to 15 bytes; by default the kernel chooses one from the kind (`veth0`). */
  name?: string | undefined;
  /** Interface index; by default the next free one. */
  index?: number | undefined;
  /**
   * Transmit queues. By default a veth has one a processor; with one queue on both ends (`numTxQueues: 1,
   * numRxQueues: 1`) a pair is made in about half the time, and one queue is enough for most uses.
   */
  numTxQueues?: number | undefined;
  /** Receive queues. */
  numRxQueues?: number | undefined;
}

/** Attributes that refer to other things, by the numbers they have come down to. */
export interface ResolvedRefs {
  master?: number | undefined;
  link?: number | undefined;
  netNsFd?: number | undefined;
}

/** The settings of each kind (IFLA_INFO_DATA), by the kernel's names. */
export type KindData = { [K in keyof typeof linkKinds]: Encodable<(typeof linkKinds)[K]> };

/**
 * A link message from settings. The attributes come in the order in which iproute2 sends them, so that requests can
 * be compared byte by byte.
 */
export function linkInput(
  settings: NewLinkSettings,
  refs: ResolvedRefs,
  last: LinkAttrsInput = {},
  addressLength = ETHERNET,
): LinkInput {
  const { name, index, mtu, address, broadcast, txqlen, group, alias, carrier, mode, numTxQueues, numRxQueues } =
    settings;
  return {
    ...(index !== undefined && { index: checkIndex(index) }),
    ...flagChanges(settings),
    attrs: {
      link: refs.link,
      mtu,
      address: hardwareAddress('address', address, addressLength),
      broadcast: hardwareAddress('broadcast', broadcast, addressLength),
      numTxQueues: queues('numTxQueues', numTxQueues),
      numRxQueues: queues('numRxQueues', numRxQueues),
      txqlen,
      group,
      ifalias: alias,
      carrier: carrier === undefined ? undefined : Number(checkBoolean('carrier', carrier)),
      linkmode: mode,
      master: refs.master,
      netNsFd: refs.netNsFd,
      ifname: name === undefined ? undefined : checkLinkName(name),
      ...last,
    } as LinkAttrsInput,
  };
}

/** Settings that are bits of IFF_*, and whether they are bits that say the opposite. */
export const FLAG_SETTINGS = [
  ['up', 'up', false],
  ['arp', 'noarp', true],
  ['multicast', 'multicast', false],
  ['allmulticast', 'allmulti', false],
  ['promisc', 'promisc', false],
  ['dynamic', 'dynamic', false],
] as const;

/** Only the bits that were set or cleared, and which they are. */
function flagChanges(settings: LinkSettings): Pick<LinkInput, 'flags' | 'change'> {
  let flags = 0;
  let change = 0;
  for (const [setting, name, inverse] of FLAG_SETTINGS) {
    const wanted = settings[setting];
    if (wanted === undefined) continue;
    const bit = linkFlags.values[name];
    change |= bit;
    if (checkBoolean(setting, wanted) !== inverse) flags |= bit;
  }
  return change === 0 ? {} : { flags, change };
}

function checkBoolean(argument: string, value: boolean): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${argument}: expected true or false, got ${String(value)}`);
  return value;
}

function queues(argument: string, count: number | undefined): number | undefined {
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 4096)) {
    throw new RangeError(`${argument}: expected 1 to 4096, got ${String(count)}`);
  }
  return count;
}

/** Bytes of an Ethernet address. */
export const ETHERNET = 6;

/** do_setlink in net/core/rtnetlink.c takes the first bytes of an address that is too long, without a word. */
function hardwareAddress(argument: string, address: string | undefined, expected: number): string | undefined {
  if (address === undefined) return undefined;
  const { length } = hardwareBytes(argument, address);
  if (length === expected) return address;
  const like = expected === ETHERNET ? ' like 02:00:00:00:00:01' : '';
  throw new RangeError(`${argument}: expected ${expected} bytes${like}, got ${length}: ${JSON.stringify(address)}`);
}

/**
 * What the kernel ignores when it makes a link and heeds afterwards: rtnl_create_link in net/core/rtnetlink.c does not look
 * at it, do_setlink does.
 */
const LATE: readonly string[] = ['alias', 'carrier'] satisfies (keyof LinkSettings)[];

/** The MTU of a bridge without ports: ETH_DATA_LEN, linux/if_ether.h. */
const BRIDGE_MTU = 1500;

/**
 * What a link of a kind is born with. The MTU of a bridge follows those of its ports until it is changed: that it was born
 * with it does not count, nor that it is set to what it is (br_change_mtu in net/bridge/br_device.c, br_mtu_auto_adjust in
 * net/bridge/br_if.c). So it is born with another, and given its own afterwards.
 */
export function bornWith<T extends LinkSettings>(settings: T, kind: string): T {
  const { mtu } = settings;
  if (kind !== 'bridge' || mtu === undefined) return settings;
  return { ...settings, mtu: mtu === BRIDGE_MTU ? BRIDGE_MTU - 1 : undefined };
}

/** Those of the settings that have to be said again afterwards; undefined if there are none. */
export function lateSettings(settings: LinkSettings | undefined, kind?: string): LinkSettings | undefined {
  const isLate = (name: string): boolean => LATE.includes(name) || (kind === 'bridge' && name === 'mtu');
  const found = Object.entries(settings ?? {}).filter(([name, value]) => isLate(name) && value !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Fails for a setting that nothing knows: a misspelt one would be silently ignored. */
export function checkKeys(given: object, known: readonly string[], operation: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`${operation}: expected an object, got ${Array.isArray(given) ? 'a list' : String(given)}`);
  const unknown = Object.keys(given).find(key => !known.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`${operation}: no setting is called ${JSON.stringify(unknown)} (known: ${known.join(', ')})`);
}

/** The names of all settings. */
export const LINK_SETTINGS = [
  ...FLAG_SETTINGS.map(([setting]) => setting),
  ...(['mtu', 'address', 'broadcast', 'txqlen', 'group', 'alias', 'carrier', 'mode'] as const),
];
export const NEW_LINK_SETTINGS = [...LINK_SETTINGS, 'name', 'index', 'numTxQueues', 'numRxQueues'];
