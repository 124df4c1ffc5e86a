import { formatIPv4 } from '../protocol/ip.js';
import { type AddressInput, addressFlags, FOREVER } from '../protocol/rtnetlink/index.js';
import { AF_INET, type Prefix, parseAddress, parseCidr } from './cidr.js';
import { checkKeys } from './link-input.js';

/** How an address is to be added. What is left out is what `ip address add` takes. */
export interface AddressSettings {
  /** The other end of a point-to-point link, with the prefix length; the address itself then has none to give. */
  peer?: string | undefined;
  /** IPv4 broadcast address; `'+'` for the network's own (all host bits set), as `brd +`. By default none. */
  broadcast?: string | undefined;
  /** 1 to 15 bytes; IPv4 only. By default the link's name. The kernel takes any; by custom it begins with that name. */
  label?: string | undefined;
  /** How far it is valid; by default `host` for 127.0.0.0/8, else `universe`. */
  scope?: AddressInput['scope'];
  /** Seconds until it is gone; `'forever'` is the default. */
  validLifetime?: number | 'forever' | undefined;
  /** Seconds until it is no longer preferred as a source; at most `validLifetime`. IPv4 that is valid for ever: 0 or `'forever'`. */
  preferredLifetime?: number | 'forever' | undefined;
  /** IFA_F_*: `['nodad']`, `['noprefixroute']` …. */
  flags?: readonly AddressFlag[] | undefined;
  /** Metric of the route to the prefix. */
  metric?: number | undefined;
  /** Who made it: IFAPROT_*. */
  protocol?: number | undefined;
}
/** A name from IFA_F_*. */
export type AddressFlag = keyof typeof addressFlags.values;

const SETTINGS = [
  'peer',
  'broadcast',
  'label',
  'scope',
  'validLifetime',
  'preferredLifetime',
  'flags',
  'metric',
  'protocol',
];

/** The message for an address, in iproute2's order of attributes. Without settings: to delete it. */
export function addressInput(text: string, settings: AddressSettings | undefined): AddressInput {
  const given = settings ?? {};
  checkKeys(given, SETTINGS, 'address add');
  const [own, prefix] = ownAndPrefix(text, given.peer);
  // inet_insert_ifa in net/ipv4/devinet.c says that all went well, and adds nothing.
  if (own.family === AF_INET && own.bytes.every(byte => byte === 0)) {
    throw new RangeError(`address: a link cannot have 0.0.0.0, got ${text}`);
  }
  const flags = flagWord(given.flags);
  return {
    family: own.family,
    prefixlen: prefix.prefixLength,
    flags: flags & 0xff,
    scope: given.scope ?? (settings !== undefined && own.family === AF_INET && own.bytes[0] === 127 ? 'host' : 0),
    attrs: {
      local: own.address,
      label: given.label,
      rtPriority: given.metric,
      flags: flags > 0xff ? flags : undefined,
      proto: given.protocol,
      address: prefix.address,
      broadcast: broadcast(given.broadcast, prefix),
      cacheinfo: lifetimes(given, own.family),
    },
  };
}

/** The link's own address, and the address whose prefix counts: its own, or the peer's. */
function ownAndPrefix(text: string, peer: string | undefined): [Omit<Prefix, 'prefixLength'>, Prefix] {
  if (peer === undefined) {
    const own = parseCidr(text);
    return [own, own];
  }
  const own = parseAddress(text, 'address (without a prefix length, since peer has it)');
  const other = parseCidr(peer, 'peer');
  if (own.family !== other.family) throw new RangeError(`peer: expected the same family as ${text}, got ${peer}`);
  return [own, other];
}

function broadcast(given: string | undefined, prefix: Prefix): string | undefined {
  if (given === undefined) return undefined;
  if (prefix.family !== AF_INET) throw new RangeError('broadcast: IPv6 has none');
  if (given !== '+') return parseAddress(given, 'broadcast').address;
  const host = 0xffffffff >>> prefix.prefixLength;
  const word =
    new DataView(prefix.bytes.buffer, prefix.bytes.byteOffset).getUint32(0) | (prefix.prefixLength === 32 ? 0 : host);
  return formatIPv4(Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word));
}

function lifetimes(
  { validLifetime, preferredLifetime }: AddressSettings,
  family: number,
): { prefered: number; valid: number } | undefined {
  if (validLifetime === undefined && preferredLifetime === undefined) return undefined;
  const valid = lifetime('validLifetime', validLifetime, 1);
  const prefered = preferredLifetime === undefined ? valid : lifetime('preferredLifetime', preferredLifetime, 0);
  if (prefered > valid)
    throw new RangeError(`preferredLifetime: expected at most validLifetime (${valid}), got ${prefered}`);
  // check_lifetime in net/ipv4/devinet.c leaves it as it is.
  if (family === AF_INET && valid === FOREVER && prefered !== 0 && prefered !== FOREVER)
    throw new RangeError(
      `preferredLifetime: an IPv4 address that is valid for ever is preferred for ever, or not at all (0), got ${prefered}`,
    );
  return { prefered, valid };
}

function lifetime(argument: string, given: number | 'forever' | undefined, min: number): number {
  if (given === undefined || given === 'forever') return FOREVER;
  if (Number.isInteger(given) && given >= min && given <= FOREVER) return given;
  throw new RangeError(`${argument}: expected seconds from ${min} to ${FOREVER}, or 'forever', got ${String(given)}`);
}

function flagWord(names: readonly AddressFlag[] | undefined): number {
  return (names ?? []).reduce((word, name) => {
    if (!Object.hasOwn(addressFlags.values, name)) {
      throw new RangeError(`flags: expected ${Object.keys(addressFlags.values).join(', ')}, got ${String(name)}`);
    }
    return word | addressFlags.values[name];
  }, 0);
}
