import { wordOf } from '../../protocol/enumeration.js';
import { NLM_F_EXCL } from '../../protocol/header.js';
import { message } from '../../protocol/message.js';
import {
  AF,
  ifinfomsg,
  type LinkInput,
  linkAttrs,
  linkFlags,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_DELQDISC,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWQDISC,
  RTM_SETLINK,
  RTNLGRP,
  tcmsg,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import type { Received } from '../../socket/received.js';
import type { Link } from '../link.js';
import { linkDifferences } from './differences.js';
import type { Group, Part } from './group.js';
import { codec, everything, named, one } from './link-parts.js';
import { cameOrWent, changed } from './related-links.js';

const linkHeader = whole(ifinfomsg);
const qdiscHeader = whole(tcmsg);
/** TC_H_ROOT, linux/pkt_sched.h */
const ROOT = 0xffffffff;

/**
 * Links. What the kernel does not announce and this finds out by asking again: that one end of a veth pair was joined
 * to the other, in whichever namespace that is, or that the other end moved (IFLA_LINK, IFLA_LINK_NETNSID); that the root
 * queueing discipline was replaced; the state of a bridge's port; the bridge ids a port shows; the carrier of a link that
 * sits on another; the broadcast queue that macvlans share; and what this thread has changed itself. What nothing hints at
 * stays as it was until the link's next notification or a refresh: alias, group, link mode, alternative names and settings
 * of its kind and port of a link that is down (netif_state_change in net/core/dev.c tells only of those that are up), the
 * carrier of a tun that is down and what its program sets (drivers/net/tun.c), sizes for segmentation offload
 * (`gso_max_size` and the like), and the namespace of a peer that moved on from another namespace to a third.
 */
export const links: Group<Link> = {
  joins: [RTNLGRP.link, RTNLGRP.tc],
  appears: RTM_NEWLINK,
  goes: RTM_DELLINK,
  codec,
  elsewhere: true,
  /** Those of AF_BRIDGE are about a bridge's port and carry next to nothing of the link; one that goes leaves its bridge. */
  concerns: received => received.read(linkHeader).family === AF.unspec,
  key: link => link.index,
  /** Namespace ids are those of the link's own namespace in its events, and those of the asker in answers. */
  differences(previous, current, elsewhere) {
    const fields = linkDifferences(previous, current);
    return elsewhere ? fields.filter(field => field !== 'linkNetnsid') : fields;
  },
  replaced: (previous, current) => {
    const [before, after] = [previous.message.attrs, current.message.attrs];
    return (
      FOR_LIFE.some(field => previous[field] !== current[field]) ||
      ATTRIBUTES_FOR_LIFE.some(name => before[name] !== after[name]) ||
      COUNTERS.some(name => (before[name] ?? 0) > (after[name] ?? 0))
    );
  },
  /** The kernel marks all flags as changed when a link is made or comes from another namespace, and only then. */
  isNew: received => wordOf(linkFlags.values, received.read(linkHeader).change) === 0xffffffff,
  movedTo(received) {
    const { newNetnsid, newIfindex } = received.read(moved).attrs;
    return newNetnsid === undefined ? undefined : { nsid: newNetnsid, index: newIfindex };
  },
  everything,
  hints: {
    [RTM_NEWLINK]: portHint,
    [RTM_DELLINK]: portHint,
    [RTM_NEWQDISC]: qdiscHint,
    [RTM_DELQDISC]: qdiscHint,
  },
  written(type, flags, body, known) {
    if (!CHANGING.includes(type) || (type === RTM_NEWLINK && (flags & NLM_F_EXCL) !== 0)) return undefined;
    const { index = 0, attrs = {} } = body as LinkInput;
    const name = attrs.ifname ?? attrs.altIfname;
    if (attrs.targetNetnsid !== undefined) return undefined;
    return index !== 0 ? one(index) : name === undefined ? undefined : named(name, known);
  },
  follows: changed,
  consequence: cameOrWent,
};

const moved = message(ifinfomsg, linkAttrs.pick(['newNetnsid', 'newIfindex']));

/** Requests that change a link. */
const CHANGING: readonly number[] = [RTM_NEWLINK, RTM_SETLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP];

/** What a link keeps from when it is made. */
const FOR_LIFE = ['kind', 'numTxQueues', 'numRxQueues'] as const;
const ATTRIBUTES_FOR_LIFE = ['permAddress', 'parentDevName', 'parentDevBusName'] as const;
/** Counters that nothing sets back. */
const COUNTERS = ['carrierChanges', 'carrierUpCount', 'carrierDownCount'] as const;

function portHint(received: Received): Part<Link> | undefined {
  const { family, index } = received.read(linkHeader);
  return family === AF.bridge ? one(index) : undefined;
}

function qdiscHint(received: Received): Part<Link> | undefined {
  const { parent, ifindex } = received.read(qdiscHeader);
  return parent === ROOT ? one(ifindex) : undefined;
}
