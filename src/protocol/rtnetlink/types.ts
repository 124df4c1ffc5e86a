// RTM_*, linux/rtnetlink.h: numbered in fours, NEW, DEL, GET, SET.

/** A link appeared or changed; create or change one. */
export const RTM_NEWLINK = 16;
/** A link is gone; delete one. */
export const RTM_DELLINK = 17;
/** Ask for one link or all. */
export const RTM_GETLINK = 18;
/** Change a link. */
export const RTM_SETLINK = 19;
/** An address appeared or changed; add one. */
export const RTM_NEWADDR = 20;
/** An address is gone; delete one. */
export const RTM_DELADDR = 21;
/** Ask for addresses. */
export const RTM_GETADDR = 22;
/** A route appeared or changed; add one. */
export const RTM_NEWROUTE = 24;
/** A route is gone; delete one. */
export const RTM_DELROUTE = 25;
/** Ask for routes, or which one a packet would take. */
export const RTM_GETROUTE = 26;
/** A neighbour or forwarding entry appeared or changed; add one. */
export const RTM_NEWNEIGH = 28;
/** A neighbour or forwarding entry is gone; delete one. */
export const RTM_DELNEIGH = 29;
/** Ask for neighbours or forwarding entries. */
export const RTM_GETNEIGH = 30;
/** A rule appeared; add one. */
export const RTM_NEWRULE = 32;
/** A rule is gone; delete one. */
export const RTM_DELRULE = 33;
/** Ask for rules. */
export const RTM_GETRULE = 34;
/** A queueing discipline appeared or changed; add one. */
export const RTM_NEWQDISC = 36;
/** A queueing discipline is gone; delete one. */
export const RTM_DELQDISC = 37;
/** A router advertised a prefix. */
export const RTM_NEWPREFIX = 52;
/** A multicast address that a link listens to appeared (6.15 and newer). */
export const RTM_NEWMULTICAST = 56;
/** A multicast address that a link listens to is gone (6.15 and newer). */
export const RTM_DELMULTICAST = 57;
/** Ask for the multicast addresses that links listen to. */
export const RTM_GETMULTICAST = 58;
/** An anycast address appeared (6.16 and newer). */
export const RTM_NEWANYCAST = 60;
/** An anycast address is gone (6.16 and newer). */
export const RTM_DELANYCAST = 61;
/** Ask for anycast addresses. */
export const RTM_GETANYCAST = 62;
/** Settings of a protocol changed. */
export const RTM_NEWNETCONF = 80;
/** Settings of a protocol are gone, with their link. */
export const RTM_DELNETCONF = 81;
/** Ask for settings of a protocol. */
export const RTM_GETNETCONF = 82;
/** An id was given to a namespace; give one. */
export const RTM_NEWNSID = 88;
/** An id is gone, since its namespace is. */
export const RTM_DELNSID = 89;
/** Ask for the id of one namespace, or all ids. */
export const RTM_GETNSID = 90;
/** A nexthop object appeared or changed; add one. */
export const RTM_NEWNEXTHOP = 104;
/** A nexthop object is gone; delete one. */
export const RTM_DELNEXTHOP = 105;
/** Ask for nexthop objects. */
export const RTM_GETNEXTHOP = 106;
/** Add alternative names to a link. */
export const RTM_NEWLINKPROP = 108;
/** Take alternative names from a link. */
export const RTM_DELLINKPROP = 109;
/** A bucket of a nexthop group gives another nexthop. */
export const RTM_NEWNEXTHOPBUCKET = 116;
/** A bucket of a nexthop group is gone. */
export const RTM_DELNEXTHOPBUCKET = 117;
/** Ask for the buckets of nexthop groups. */
export const RTM_GETNEXTHOPBUCKET = 118;
