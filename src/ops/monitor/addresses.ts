import type { Codec } from '../../protocol/codec.js';
import { NLM_F_EXCL } from '../../protocol/header.js';
import {
  type AddressInput,
  type Address as AddressMessage,
  AF,
  address as addressBody,
  ifinfomsg,
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
import { addressDifferences } from './differences.js';
import type { Group, Part } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';

const linkHeader = whole(ifinfomsg);
const prefixHeader = whole(prefixmsg);
const codec = lasting(addressBody as Codec<AddressMessage, never>, message => new Address(message));

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

/**
 * Addresses. The kernel announces an IPv6 address that it makes itself only when its duplicate address detection is
 * over; until then it is found by asking, as soon as the link is ready for IPv6 or a router has advertised a prefix. Nor
 * does it announce what is changed of one in that state, as all are of links that are down (inet6_addr_modify in
 * net/ipv6/addrconf.c): that is asked for if this thread did it.
 */
export const addresses: Group<Address> = {
  joins: [RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.ipv6Ifinfo, RTNLGRP.ipv6Prefix],
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
    [RTM_NEWLINK](received) {
      const { family, index } = received.read(linkHeader);
      return family === AF.inet6 ? inet6(index) : undefined;
    },
    [RTM_NEWPREFIX]: received => inet6(received.read(prefixHeader).ifindex),
  },
};
