import { isDeepStrictEqual } from 'node:util';
import type { Decoded } from '../../protocol/codec.js';
import { wordOf } from '../../protocol/enumeration.js';
import { NLM_F_EXCL } from '../../protocol/header.js';
import { message } from '../../protocol/message.js';
import {
  AF,
  ifinfomsg,
  type LinkInput,
  linkAttrs,
  linkFlags,
  type linkKinds,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_DELQDISC,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWQDISC,
  RTM_SETLINK,
  RTNLGRP,
  tcmsg,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import type { Received } from '../../socket/received.js';
import { nameAttr, SKIP_STATS } from '../context.js';
import { type Link, linkCodec } from '../link.js';
import { linkDifferences } from './differences.js';
import type { Group, Part, Question } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';

const codec = lasting(linkCodec, link => link);
const linkHeader = whole(ifinfomsg);
const qdiscHeader = whole(tcmsg);
/** TC_H_ROOT, linux/pkt_sched.h */
const ROOT = 0xffffffff;

const everything: Part<Link> = {
  id: '',
  ask: ({ socket, nsid, options }) =>
    socket.dump(
      RTM_GETLINK,
      { attrs: { extMask: SKIP_STATS, targetNetnsid: nsid } },
      { ...options, operation: 'monitor: link list', as: codec },
    ),
  covers: () => true,
};

/** One link. */
const one = (index: number): Part<Link> => ({
  key: index,
  id: String(index),
  ask: question => found(question, { index }, `#${index}`),
  covers: link => link.index === index,
});

/** One link, by a name that a request used. */
const named = (name: string): Part<Link> => ({
  id: `name ${name}`,
  ask: question => found(question, { attrs: nameAttr(name) }, JSON.stringify(name)),
  covers: link => link.name === name || link.altNames.includes(name),
});

/** The ports of a bridge. */
const portsOf = (master: number): Part<Link> => ({
  id: `ports ${master}`,
  ask: ({ socket, nsid, options }) =>
    socket
      .dump(
        RTM_GETLINK,
        { attrs: { extMask: SKIP_STATS, targetNetnsid: nsid, master } },
        { ...options, operation: `monitor: link list master #${master}`, as: codec },
      )
      .catch(noSuchLink),
  covers: link => link.master === master,
});

async function found({ socket, nsid, options }: Question, which: LinkInput, label: string): Promise<Link[]> {
  const body = { ...which, attrs: { ...which.attrs, extMask: SKIP_STATS, targetNetnsid: nsid } };
  const how = { ...options, operation: `monitor: link get ${label}`, as: codec };
  return socket.get(RTM_GETLINK, body, how).then(link => [link], noSuchLink);
}

/**
 * Links. What the kernel does not announce and this finds out by asking again: that one end of a veth pair was joined
 * to the other, or that the other end moved (IFLA_LINK, IFLA_LINK_NETNSID); that the root queueing discipline was
 * replaced; the state of a bridge's port; the bridge ids a port shows; the carrier of a link that sits on another; and what this thread has changed itself. What
 * nothing hints at stays as it was until the link's next notification or a refresh: alias, group, link mode, alternative
 * names and settings of its kind and port of a link that is down (netif_state_change in net/core/dev.c tells only of those
 * that are up), sizes for segmentation offload (`gso_max_size` and the like), and the namespace of a peer that moved on
 * from another namespace to a third.
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
  written(type, flags, body) {
    if (!CHANGING.includes(type) || (type === RTM_NEWLINK && (flags & NLM_F_EXCL) !== 0)) return undefined;
    const { index = 0, attrs = {} } = body as LinkInput;
    const name = attrs.ifname ?? attrs.altIfname;
    if (attrs.targetNetnsid !== undefined) return undefined;
    return index !== 0 ? one(index) : name === undefined ? undefined : named(name);
  },
  /** Ports show the ids of their bridge and of the root that it knows, and a link that is down has the carrier of its lower. */
  follows({ data }, current, fields, objects) {
    const isBridge = current.kind === 'bridge' && fields.includes('data');
    const ports = isBridge && !isDeepStrictEqual(idsOf(data), idsOf(current.data)) ? [portsOf(current.index)] : [];
    if (!CARRIER.some(field => fields.includes(field))) return ports;
    const isOn = ({ up, linkIndex, linkNetnsid }: Link): boolean =>
      !up && linkIndex === current.index && linkNetnsid === undefined;
    return [...ports, ...[...objects.values()].filter(isOn).map(link => one(link.index))];
  },
  /** The other end of a pair in the same namespace, unless it knows already. */
  consequence(link, gone, objects) {
    if (link.linkIndex === undefined || link.linkNetnsid !== undefined) return undefined;
    const other = objects.get(link.linkIndex);
    if (other?.linkIndex === undefined || other.kind !== link.kind) return undefined;
    const knows = other.linkIndex === link.index && other.linkNetnsid === undefined;
    return knows && !gone ? undefined : one(other.index);
  },
};

const moved = message(ifinfomsg, linkAttrs.pick(['newNetnsid', 'newIfindex']));

/** Requests that change a link. */
const CHANGING: readonly number[] = [RTM_NEWLINK, RTM_SETLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP];

function idsOf(settings: object | undefined): unknown[] {
  const { bridgeId, rootId } = (settings ?? {}) as Partial<Decoded<typeof linkKinds.bridge>>;
  return [bridgeId, rootId];
}

const CARRIER = ['up', 'carrier', 'operState'] as const;

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
