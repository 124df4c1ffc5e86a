import { ip, ipv4, ipv6 } from '../address-codecs.js';
import { attr, attributes } from '../attributes.js';
import type { Codec, Decoded, Encodable } from '../codec.js';
import { enumeration, flags } from '../enumeration.js';
import { message } from '../message.js';
import { s32, u8, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { text } from '../text.js';
import { AF } from './family.js';
import { scope } from './scope.js';

const IFA_F = {
  /** IFA_F_SECONDARY, on IPv6 IFA_F_TEMPORARY: not the first of its subnet; a privacy address. */
  secondary: 0x01,
  /** IFA_F_NODAD: no duplicate address detection. */
  nodad: 0x02,
  /** IFA_F_OPTIMISTIC: used before duplicate address detection is over. */
  optimistic: 0x04,
  /** IFA_F_DADFAILED: somebody else has it. */
  dadfailed: 0x08,
  /** IFA_F_HOMEADDRESS: a Mobile IPv6 home address. */
  homeaddress: 0x10,
  /** IFA_F_DEPRECATED: its preferred lifetime is over. */
  deprecated: 0x20,
  /** IFA_F_TENTATIVE: duplicate address detection is going on. */
  tentative: 0x40,
  /** IFA_F_PERMANENT: no lifetime. */
  permanent: 0x80,
} as const;

/** IFA_F_*, the low 8 bits, in the header. */
export const addressFlags8 = flags(u8, 'IFA_F_', IFA_F);

/** IFA_F_*, linux/if_addr.h: all 32 bits. */
export const addressFlags = flags(u32, 'IFA_F_', {
  ...IFA_F,
  /** IFA_F_MANAGETEMPADDR: the kernel makes privacy addresses from it. */
  managetempaddr: 0x100,
  /** IFA_F_NOPREFIXROUTE: no route to its prefix comes with it. */
  noprefixroute: 0x200,
  /** IFA_F_MCAUTOJOIN: joins the multicast group of this address. */
  mcautojoin: 0x400,
  /** IFA_F_STABLE_PRIVACY: made from a secret, so that it stays the same on this network alone (RFC 7217); IPv6. */
  stablePrivacy: 0x800,
});

/** IFAPROT_*, linux/if_addr.h: who made the address. */
export const addressProtocol = enumeration(u8, 'IFAPROT_', { unspec: 0, kernelLo: 1, kernelRa: 2, kernelLl: 3 });

/** `struct ifaddrmsg`, linux/if_addr.h: begins address messages. */
export const ifaddrmsg = struct(
  'ifaddrmsg',
  'ifa_',
  {
    /** AF_INET (2) or AF_INET6 (10). */
    family: u8,
    /** Bits of the network part. */
    prefixlen: u8,
    /** Low 8 bits of IFA_F_*; the kernel ignores them where `attrs.flags` is given. */
    flags: addressFlags8,
    /** RT_SCOPE_*: how far the address is away. */
    scope,
    /** Index of the link. */
    index: u32,
  },
  { hot: true },
);

/** A lifetime without end (INFINITY_LIFE_TIME, net/addrconf.h in the kernel's source); `ip` prints `forever`. */
export const FOREVER = 0xffffffff;

/** `struct ifa_cacheinfo`, linux/if_addr.h: lifetimes of an address. */
export const addressCacheinfo = struct(
  'ifa_cacheinfo',
  '',
  {
    /** Seconds the address stays preferred, or FOREVER. */
    prefered: u32,
    /** Seconds the address stays valid, or FOREVER. */
    valid: u32,
    /** Creation time, hundredths of a second since boot. */
    cstamp: u32,
    /** Last update, hundredths of a second since boot. */
    tstamp: u32,
  },
  { hot: true, cNames: { prefered: 'ifa_prefered', valid: 'ifa_valid' } },
);

/** Of the message's family: of an IPv6 address in an IPv4 message the kernel would take the first bytes. */
const ofFamily: Codec<string> = {
  read: (src, start, end, outer) => codecOf(outer).read(src, start, end),
  write: (w, value, outer) => codecOf(outer).write(w, value),
};

function codecOf(header: { family?: number } | undefined): Codec<string> {
  const family = header?.family;
  return family === AF.inet ? ipv4 : family === AF.inet6 ? ipv6 : ip;
}

/** IFA_*, linux/if_addr.h: an address of a link. */
export const addressAttrs = attributes('IFA_', {
  /** IFA_ADDRESS: the prefix address; on a point-to-point link, the peer's. */
  address: attr(1, ofFamily),
  /** IFA_LOCAL: the interface's own address. */
  local: attr(2, ofFamily),
  /** IFA_LABEL: at most 15 bytes; by custom the link's name, or that, a colon and more. */
  label: attr(3, text({ max: 15 })),
  /** IFA_BROADCAST: the broadcast address; IPv4 only. */
  broadcast: attr(4, ofFamily),
  /** IFA_ANYCAST: the anycast address, in answers to RTM_GETANYCAST; IPv6 only. */
  anycast: attr(5, ofFamily),
  /** IFA_CACHEINFO: lifetimes. */
  cacheinfo: attr(6, addressCacheinfo),
  /** IFA_MULTICAST: the multicast group, in answers to RTM_GETMULTICAST. */
  multicast: attr(7, ofFamily),
  /** IFA_FLAGS: all 32 bits of IFA_F_*. */
  flags: attr(8, addressFlags),
  /** IFA_RT_PRIORITY: metric of the route to the address's prefix. */
  rtPriority: attr(9, u32),
  /** IFA_TARGET_NETNSID: id, in this namespace, of the one that a request or reply is about. */
  targetNetnsid: attr(10, s32),
  /** IFA_PROTO: who made it, IFAPROT_*. */
  proto: attr(11, addressProtocol),
});

/** Body of RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR, RTM_GETMULTICAST and RTM_GETANYCAST. */
export const address = message(ifaddrmsg, addressAttrs);

/** A decoded address message. */
export interface Address extends Decoded<typeof address> {}
/** An address message to encode. */
export interface AddressInput extends Encodable<typeof address> {}
