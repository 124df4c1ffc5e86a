import { ip, ipv4, ipv6 } from '../address-codecs.js';
import { attr, attributes, padding, selectByHeader } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { enumeration, flags } from '../enumeration.js';
import { message } from '../message.js';
import { be32, be64, padded, s32, u8, u16, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { ifname } from '../text.js';
import { AF } from './family.js';
import { routeProtocol, routeTable, routeTable8 } from './route-values.js';

/** FR_ACT_*, linux/fib_rules.h: what a rule does with a packet that it matches. */
export const ruleAction = enumeration(
  u8,
  'FR_ACT_',
  {
    unspec: 0,
    /** FR_ACT_TO_TBL: looks its route up in a table. */
    toTable: 1,
    /** FR_ACT_GOTO: goes on with another rule. */
    goto: 2,
    /** FR_ACT_NOP: nothing. */
    nop: 3,
    /** FR_ACT_BLACKHOLE: drops it in silence. */
    blackhole: 6,
    /** FR_ACT_UNREACHABLE: refuses it as unreachable. */
    unreachable: 7,
    /** FR_ACT_PROHIBIT: refuses it as prohibited. */
    prohibit: 8,
  },
  { toTable: 'FR_ACT_TO_TBL' },
);

/** FIB_RULE_*, linux/fib_rules.h: what a rule is, and whether it can match. */
export const ruleFlags = flags(u32, 'FIB_RULE_', {
  /** FIB_RULE_PERMANENT: cannot be deleted. */
  permanent: 0x01,
  /** FIB_RULE_INVERT: matches what it would not match. */
  invert: 0x02,
  /** FIB_RULE_UNRESOLVED: the rule that it goes to does not exist. */
  unresolved: 0x04,
  /** FIB_RULE_IIF_DETACHED: the link of `attrs.iifname` does not exist. */
  iifDetached: 0x08,
  /** FIB_RULE_OIF_DETACHED: the link of `attrs.oifname` does not exist. */
  oifDetached: 0x10,
  /** FIB_RULE_FIND_SADDR: matches against the source address that the route would give. */
  findSaddr: 0x10000,
});

/** `struct fib_rule_hdr`, linux/fib_rules.h: begins rule messages. */
export const fibRuleHdr = struct(
  'fib_rule_hdr',
  '',
  {
    /** AF_INET (2), AF_INET6 (10); RTNL_FAMILY_IPMR (128) and IP6MR (129) for multicast routing. */
    family: u8,
    /** Bits of `attrs.dst` that count. */
    dstLen: u8,
    /** Bits of `attrs.src` that count. */
    srcLen: u8,
    /** Type of service that a packet must have. */
    tos: u8,
    /** RT_TABLE_*; the kernel ignores it where `attrs.table` is given. */
    table: padded(routeTable8, 2),
    /** FR_ACT_*: what happens to a packet that matches. */
    action: ruleAction,
    /** FIB_RULE_*: inverted, permanent and so on. */
    flags: ruleFlags,
  },
  { hot: true },
);

/** `struct fib_rule_uid_range`, linux/fib_rules.h: both ends belong to it. */
export const ruleUidRange = struct('fib_rule_uid_range', '', {
  /** The first user. */
  start: u32,
  /** The last user. */
  end: u32,
});

/** `struct fib_rule_port_range`, linux/fib_rules.h: both ends belong to it. */
export const rulePortRange = struct('fib_rule_port_range', '', {
  /** The first port. */
  start: u16,
  /** The last port. */
  end: u16,
});

const ruleAddress = selectByHeader('family', {
  [AF.unspec]: ip,
  [AF.inet]: ipv4,
  [AF.inet6]: ipv6,
  [AF.ipmr]: ipv4,
  [AF.ip6mr]: ipv6,
});

/** FRA_*, linux/fib_rules.h: a rule: what it matches and what it does. */
export const ruleAttrs = attributes(padding('FRA_', 18), {
  /** FRA_DST: the packet's destination. */
  dst: attr(1, ruleAddress),
  /** FRA_SRC: the packet's source. */
  src: attr(2, ruleAddress),
  /** FRA_IIFNAME: the link it came in by; `lo` for packets of this machine. */
  iifname: attr(3, ifname),
  /** FRA_GOTO: priority of the rule to go on with; of `goto`. */
  goto: attr(4, u32),
  /** FRA_PRIORITY: rules are tried in ascending order, from 0. */
  priority: attr(6, u32),
  /** FRA_FWMARK: the packet's mark. */
  fwmark: attr(10, u32),
  /** FRA_FLOW: realms: from in the upper 16 bits, to in the lower. */
  flow: attr(11, u32),
  /** FRA_TUN_ID: key of the tunnel it came by; network order. */
  tunId: attr(12, be64),
  /** FRA_SUPPRESS_IFGROUP: a route by a link of this group does not count; -1 for none. */
  suppressIfgroup: attr(13, s32),
  /** FRA_SUPPRESS_PREFIXLEN: a route to so many bits or fewer does not count; -1 for none. */
  suppressPrefixlen: attr(14, s32),
  /** FRA_TABLE: RT_TABLE_* or any other. */
  table: attr(15, routeTable),
  /** FRA_FWMASK: the bits of the mark that are compared. */
  fwmask: attr(16, u32),
  /** FRA_OIFNAME: the link that the sender has bound its socket to. */
  oifname: attr(17, ifname),
  /** FRA_L3MDEV: 1: the table is that of the VRF the packet is in. */
  l3mdev: attr(19, u8),
  /** FRA_UID_RANGE: the sender's user. */
  uidRange: attr(20, ruleUidRange),
  /** FRA_PROTOCOL: RTPROT_*: who made it. */
  protocol: attr(21, routeProtocol),
  /** FRA_IP_PROTO: the packet's protocol, 6 for TCP. */
  ipProto: attr(22, u8),
  /** FRA_SPORT_RANGE: the packet's source port. */
  sportRange: attr(23, rulePortRange),
  /** FRA_DPORT_RANGE: the packet's destination port. */
  dportRange: attr(24, rulePortRange),
  /** FRA_DSCP: the packet's DSCP, 0 to 63 (6.13 and newer). */
  dscp: attr(25, u8),
  /** FRA_FLOWLABEL: the packet's flow label, 20 bits; network order (6.14 and newer). */
  flowlabel: attr(26, be32),
  /** FRA_FLOWLABEL_MASK: the bits of the flow label that are compared; network order. */
  flowlabelMask: attr(27, be32),
  /** FRA_SPORT_MASK: the bits of the source port that are compared (6.15 and newer). */
  sportMask: attr(28, u16),
  /** FRA_DPORT_MASK: the bits of the destination port that are compared. */
  dportMask: attr(29, u16),
  /** FRA_DSCP_MASK: the bits of the DSCP that are compared. */
  dscpMask: attr(30, u8),
});

/** Body of RTM_NEWRULE, RTM_DELRULE and RTM_GETRULE: which table a packet's route is looked up in. */
export const rule = message(fibRuleHdr, ruleAttrs);

/** A decoded rule message. */
export interface Rule extends Decoded<typeof rule> {}
/** A rule message to encode. */
export interface RuleInput extends Encodable<typeof rule> {}
