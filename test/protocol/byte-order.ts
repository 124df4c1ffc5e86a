// What is not a number in host order, written by hand from Linux's source: what it puts and gets by nla_put_be16,
// nla_get_in_addr and the like, or copies. All else that has 2, 4 or 8 bytes is a number in host order.

/** Numbers in network order, by the file that says so. */
const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  'drivers/net/amt.c': ['IFLA_AMT_RELAY_PORT', 'IFLA_AMT_GATEWAY_PORT'],
  'drivers/net/bareudp.c': ['IFLA_BAREUDP_PORT', 'IFLA_BAREUDP_ETHERTYPE'],
  'drivers/net/geneve.c': ['IFLA_GENEVE_PORT', 'IFLA_GENEVE_LABEL'],
  'drivers/net/macsec.c': ['IFLA_MACSEC_SCI', 'IFLA_MACSEC_PORT'],
  'drivers/net/vxlan/vxlan_core.c': ['IFLA_VXLAN_PORT', 'IFLA_VXLAN_LABEL', 'NDA_PORT'],
  'net/8021q/vlan_netlink.c': ['IFLA_VLAN_PROTOCOL'],
  'net/bridge/br_netlink.c': ['IFLA_BR_VLAN_PROTOCOL'],
  'net/core/fib_rules.c': ['FRA_TUN_ID'],
  'net/ipv4/ip_gre.c': [
    'IFLA_GRE_IFLAGS',
    'IFLA_GRE_OFLAGS',
    'IFLA_GRE_IKEY',
    'IFLA_GRE_OKEY',
    'IFLA_GRE_ENCAP_SPORT',
    'IFLA_GRE_ENCAP_DPORT',
  ],
  'net/ipv4/ip_tunnel_core.c': [
    'IFLA_IPTUN_ENCAP_SPORT',
    'IFLA_IPTUN_ENCAP_DPORT',
    'LWTUNNEL_IP_ID',
    'LWTUNNEL_IP_FLAGS',
    'LWTUNNEL_IP6_ID',
    'LWTUNNEL_IP6_FLAGS',
    'LWTUNNEL_IP_OPT_GENEVE_CLASS',
    'LWTUNNEL_IP_OPT_ERSPAN_INDEX',
  ],
  'net/ipv4/ip_vti.c': ['IFLA_VTI_IKEY', 'IFLA_VTI_OKEY'],
  'net/ipv4/route.c': ['RTA_SPORT', 'RTA_DPORT'],
  'net/ipv6/fib6_rules.c': ['FRA_FLOWLABEL', 'FRA_FLOWLABEL_MASK'],
  'net/ipv6/ip6_gre.c': ['IFLA_GRE_FLOWINFO'],
  'net/ipv6/ip6_tunnel.c': ['IFLA_IPTUN_FLOWINFO'],
  'net/ipv6/route.c': ['RTA_FLOWLABEL'],
};

/** IPv4 and IPv6 addresses and MPLS labels, which are in network order too. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'drivers/net/amt.c': ['IFLA_AMT_LOCAL_IP', 'IFLA_AMT_REMOTE_IP', 'IFLA_AMT_DISCOVERY_IP'],
  'drivers/net/bonding/bond_netlink.c': ['IFLA_BOND_ARP_IP_TARGET[]', 'IFLA_BOND_NS_IP6_TARGET[]'],
  'drivers/net/geneve.c': ['IFLA_GENEVE_REMOTE', 'IFLA_GENEVE_REMOTE6', 'IFLA_GENEVE_LOCAL', 'IFLA_GENEVE_LOCAL6'],
  'drivers/net/gtp.c': ['IFLA_GTP_LOCAL', 'IFLA_GTP_LOCAL6'],
  'drivers/net/vxlan/vxlan_core.c': ['IFLA_VXLAN_GROUP', 'IFLA_VXLAN_GROUP6', 'IFLA_VXLAN_LOCAL', 'IFLA_VXLAN_LOCAL6'],
  'net/bridge/br_multicast.c': ['BRIDGE_QUERIER_IP_ADDRESS', 'BRIDGE_QUERIER_IPV6_ADDRESS'],
  'net/core/neighbour.c': ['NDA_DST'],
  'net/ipv4/devinet.c': ['IFA_ADDRESS', 'IFA_LOCAL', 'IFA_BROADCAST'],
  'net/ipv4/fib_rules.c': ['FRA_DST', 'FRA_SRC'],
  'net/ipv4/ip_gre.c': ['IFLA_GRE_LOCAL', 'IFLA_GRE_REMOTE'],
  'net/ipv4/ip_tunnel_core.c': [
    'IFLA_IPTUN_LOCAL',
    'IFLA_IPTUN_REMOTE',
    'LWTUNNEL_IP_DST',
    'LWTUNNEL_IP_SRC',
    'LWTUNNEL_IP6_DST',
    'LWTUNNEL_IP6_SRC',
  ],
  'net/ipv4/ip_vti.c': ['IFLA_VTI_LOCAL', 'IFLA_VTI_REMOTE'],
  'net/ipv4/nexthop.c': ['NHA_GATEWAY'],
  'net/ipv6/addrconf.c': ['IFA_ANYCAST', 'IFA_MULTICAST', 'IFLA_INET6_TOKEN'],
  'net/ipv6/route.c': ['RTA_DST', 'RTA_SRC', 'RTA_PREFSRC', 'RTA_GATEWAY'],
  'net/ipv6/sit.c': ['IFLA_IPTUN_6RD_PREFIX', 'IFLA_IPTUN_6RD_RELAY_PREFIX'],
  'net/mpls/af_mpls.c': ['RTA_NEWDST'],
  'net/mpls/mpls_iptunnel.c': ['MPLS_IPTUNNEL_DST'],
};

/** Hardware addresses, text and other bytes, which are copied. */
const BYTES: Readonly<Record<string, readonly string[]>> = {
  'drivers/net/bonding/bond_netlink.c': [
    'IFLA_BOND_AD_ACTOR_SYSTEM',
    'IFLA_BOND_AD_INFO_PARTNER_MAC',
    'IFLA_BOND_SLAVE_PERM_HWADDR',
  ],
  'drivers/net/macvlan.c': ['IFLA_MACVLAN_MACADDR'],
  'net/batman-adv/soft-interface.c': ['IFLA_BATADV_ALGO_NAME'],
  'net/bridge/br_cfm_netlink.c': [
    'IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC',
    'IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC',
    'IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID',
  ],
  'net/bridge/br_netlink.c': ['IFLA_BR_GROUP_ADDR'],
  'net/core/fib_rules.c': ['FRA_IIFNAME', 'FRA_OIFNAME'],
  'net/core/neighbour.c': ['NDA_LLADDR'],
  'net/core/rtnetlink.c': [
    'IFLA_ADDRESS',
    'IFLA_BROADCAST',
    'IFLA_PERM_ADDRESS',
    'IFLA_IFNAME',
    'IFLA_ALT_IFNAME',
    'IFLA_IFALIAS',
    'IFLA_QDISC',
    'IFLA_INFO_KIND',
    'IFLA_INFO_SLAVE_KIND',
    'IFLA_PARENT_DEV_NAME',
    'IFLA_PARENT_DEV_BUS_NAME',
    'IFLA_PHYS_PORT_ID',
    'IFLA_PHYS_PORT_NAME',
    'IFLA_PHYS_SWITCH_ID',
    'IFLA_PORT_PROFILE',
    'IFLA_PORT_INSTANCE_UUID',
    'IFLA_PORT_HOST_UUID',
  ],
  'net/devlink/devl_internal.h': ['DEVLINK_ATTR_BUS_NAME', 'DEVLINK_ATTR_DEV_NAME'],
  'net/hsr/hsr_netlink.c': ['IFLA_HSR_SUPERVISION_ADDR'],
  'net/ipv4/devinet.c': ['IFA_LABEL'],
  'net/ipv4/ip_tunnel_core.c': ['LWTUNNEL_IP_OPT_GENEVE_DATA'],
  'net/ipv4/metrics.c': ['RTAX_CC_ALGO'],
  'net/netlink/af_netlink.c': ['NLMSGERR_ATTR_MSG', 'NLMSGERR_ATTR_COOKIE'],
  'net/wireless/wext-core.c': ['IFLA_WIRELESS'],
  'never sent': ['IFLA_COST', 'IFLA_PRIORITY', 'IFLA_INET6_MCAST', 'RTA_PROTOINFO', 'RTA_SESSION', 'RTA_MP_ALGO'],
};

const namesOf = (lists: Readonly<Record<string, readonly string[]>>): ReadonlySet<string> =>
  new Set(Object.values(lists).flat());

/** Attributes that hold a number in network order. */
export const networkNumbers = namesOf(NUMBERS);
/** Attributes that hold an address in network order. `NAME[]` are the members of a list. */
export const addresses = namesOf(ADDRESSES);
/** Attributes that hold bytes without an order. */
export const plainBytes = namesOf(BYTES);

/** Attributes that begin with a number in host order and go on in network order: the bytes of that number. */
export const beginInHostOrder: Readonly<Record<string, number>> = {
  // struct rtvia, linux/rtnetlink.h: __kernel_sa_family_t, an address
  RTA_VIA: 2,
  // struct seg6_iptunnel_encap, linux/seg6_iptunnel.h: int, a header as it is sent
  SEG6_IPTUNNEL_SRH: 4,
};

/** Attributes that hold several numbers in host order: the bytes of each. */
export const severalNumbers: Readonly<Record<string, number>> = {
  // drivers/net/can/dev/netlink.c
  IFLA_CAN_BITRATE_CONST: 4,
  IFLA_CAN_DATA_BITRATE_CONST: 4,
  IFLA_CAN_XL_DATA_BITRATE_CONST: 4,
  IFLA_CAN_TERMINATION_CONST: 2,
  // net/ipv4/devinet.c
  IFLA_INET_CONF: 4,
  // net/ipv6/addrconf.c
  IFLA_INET6_CONF: 4,
  IFLA_INET6_STATS: 8,
  IFLA_INET6_ICMP6STATS: 8,
};
