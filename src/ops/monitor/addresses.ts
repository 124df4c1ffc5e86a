import type { Codec } from '../../protocol/codec.js';
import { NLM_F_EXCL } from '../../protocol/header.js';
import { message } from '../../protocol/message.js';
import {
  type AddressInput,
  type Address as AddressMessage,
  AF,
  address as addressBody,
  ifinfomsg,
  linkAttrs,
  prefixmsg,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWPREFIX,
  RTNLGRP,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import { Address } from '../address.js';
import { afterChange } from './after-change.js';
import { addressDifferences } from './differences.js';
import type { Group, Known, Part } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';

const linkState = message(ifinfomsg, linkAttrs.pick(['mtu']));
const prefixHeader = whole(prefixmsg);
const codec = lasting(addressBody as Codec<AddressMessage, never>, each => new Address(each));

const part = (id: string, family: number, index: number, covers: (address: Address) => boolean): Part<Address> => ({
  id,
  ask: ({ socket, nsid, options }) =>
    socket
      .dump(
        RTM_GETADDR,
        { family, index, attrs: { targetNetnsid: nsid } },
        { ...options, operation: 'monitor: address list', as: codec },
      )
      .catch(noSuchLink),
  covers,
});

/** The IPv6 addresses of one link. */
const inet6 = (index: number): Part<Address> =>
  part(String(index), AF.inet6, index, address => address.family === 6 && address.index === index);

/** The same, as they are when the kernel has done with the link what it has announced. */
const inet6Afterwards = (index: number): Part<Address> => {
  const { ask, covers } = inet6(index);
  return {
    id: `${index} afterwards`,
    async ask(question) {
      await afterChange(question);
      return ask(question);
    },
    covers,
  };
};

/**
 * Whether an address has to be checked for duplicates again if it is kept when its link goes down, as the sysctl
 * keep_addr_on_down has it (addrconf_ifdown).
 */
const isCheckedAgain = ({ family, scope, flags }: Address): boolean =>
  family === 6 &&
  (scope === 'universe' || scope === 'site') &&
  flags.includes('permanent') &&
  !flags.includes('nodad') &&
  !flags.includes('tentative');

/**
 * Addresses. The kernel announces an IPv6 address that it makes itself only when its duplicate address detection is
 * over; until then it is found by asking, as soon as the link is ready for IPv6 or a router has advertised a prefix. Of
 * one that is made later, a temporary address before the last one grows old (addrconf_verify_rtnl) or what the sysctl
 * addr_gen_mode adds to a link that is up, nothing tells until then. Nor does the kernel announce what is changed of one
 * in that state, as all are of links that are down (inet6_addr_modify in net/ipv6/addrconf.c): that is asked for if this
 * thread did it. Nor that one kept by a link that goes down is tentative.
 */
export const addresses: Group<Address> = {
  joins: [RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.ipv6Ifinfo, RTNLGRP.ipv6Prefix, RTNLGRP.link],
  appears: RTM_NEWADDR,
  goes: RTM_DELADDR,
  codec,
  elsewhere: true,
  concerns: () => true,
  /** A link has an IPv6 address once; an IPv4 address once with each prefix length and each peer. */
  key: ({ index, family, address, prefixLength, peer }) =>
    family === 6 ? `${index} ${address}` : `${index} ${address}/${prefixLength} ${peer ?? ''}`,
  differences: addressDifferences,
  /** Created at another time. */
  replaced: (previous, current) => previous.message.attrs.cacheinfo?.cstamp !== current.message.attrs.cacheinfo?.cstamp,
  written(type, flags, body) {
    const { family, index } = body as AddressInput;
    const changes = type === RTM_NEWADDR && (flags & NLM_F_EXCL) === 0 && family === AF.inet6;
    return changes && index !== undefined ? inet6(index) : undefined;
  },
  everything: part('', AF.unspec, 0, () => true),
  hints: {
    [RTM_NEWLINK](received, known) {
      const { family, index, flags, attrs } = received.read(linkState);
      if (family === AF.inet6) return inet6(index);
      return family === AF.unspec ? whenDown(index, flags.includes('up'), attrs.mtu ?? MIN_MTU, known) : undefined;
    },
    [RTM_NEWPREFIX]: received => inet6(received.read(prefixHeader).ifindex),
  },
};

/** IPV6_MIN_MTU, linux/ipv6.h: below that there is no IPv6 on a link. */
const MIN_MTU = 1280;

/** What to look at when a link has come down, or its MTU, which is the same to IPv6 (addrconf_notify). */
function whenDown(
  index: number,
  up: boolean,
  mtu: number,
  { objects, asking, notes }: Known<Address>,
): Part<Address> | undefined {
  const was = notes.get(index);
  const state = !up ? 'down' : mtu < MIN_MTU ? `MTU ${mtu}` : 'up';
  notes.set(index, state);
  if (state === 'up' || state === was) return undefined;
  const isConcerned = (address: Address): boolean => address.index === index && isCheckedAgain(address);
  return asking || [...objects.values()].some(isConcerned) ? inet6Afterwards(index) : undefined;
}
