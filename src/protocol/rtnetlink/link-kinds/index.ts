import { amtAttrs } from './amt.js';
import { bareudpAttrs } from './bareudp.js';
import { bondAttrs, bondSlaveAttrs } from './bond.js';
import { bridgeAttrs } from './bridge.js';
import { bridgePortAttrs } from './bridge-port.js';
import { canAttrs, canStats } from './can.js';
import { geneveAttrs } from './geneve.js';
import { greAttrs, ip6greAttrs } from './gre.js';
import { gtpAttrs } from './gtp.js';
import { hsrAttrs } from './hsr.js';
import { ipoibAttrs } from './ipoib.js';
import { ip6tnlAttrs, iptunAttrs } from './iptun.js';
import { ipvlanAttrs } from './ipvlan.js';
import { macsecAttrs } from './macsec.js';
import { macvlanAttrs } from './macvlan.js';
import { netkitAttrs } from './netkit.js';
import { ovpnAttrs } from './ovpn.js';
import { rmnetAttrs } from './rmnet.js';
import { batadvAttrs, caifAttrs, dsaAttrs, pppAttrs, wwanAttrs } from './single.js';
import { tunAttrs } from './tun.js';
import { vethAttrs } from './veth.js';
import { vlanAttrs } from './vlan.js';
import { vrfAttrs, vrfPortAttrs } from './vrf.js';
import { vti6Attrs, vtiAttrs } from './vti.js';
import { vxcanAttrs } from './vxcan.js';
import { vxlanAttrs } from './vxlan.js';
import { xfrmAttrs } from './xfrm.js';

/**
 * The layouts of IFLA_INFO_DATA by IFLA_INFO_KIND. The kinds that are not here have no settings of their own, in
 * rtnetlink at least: dummy, ifb, nlmon, vcan, team, wireguard, pfcp, lowpan, virt_wifi, netdevsim.
 */
export const linkKinds = {
  amt: amtAttrs,
  bareudp: bareudpAttrs,
  batadv: batadvAttrs,
  bond: bondAttrs,
  bridge: bridgeAttrs,
  caif: caifAttrs,
  can: canAttrs,
  dsa: dsaAttrs,
  erspan: greAttrs,
  geneve: geneveAttrs,
  gre: greAttrs,
  gretap: greAttrs,
  gtp: gtpAttrs,
  hsr: hsrAttrs,
  ip6erspan: ip6greAttrs,
  ip6gre: ip6greAttrs,
  ip6gretap: ip6greAttrs,
  ip6tnl: ip6tnlAttrs,
  ipip: iptunAttrs,
  ipoib: ipoibAttrs,
  ipvlan: ipvlanAttrs,
  ipvtap: ipvlanAttrs,
  macsec: macsecAttrs,
  macvlan: macvlanAttrs,
  macvtap: macvlanAttrs,
  netkit: netkitAttrs,
  ovpn: ovpnAttrs,
  ppp: pppAttrs,
  rmnet: rmnetAttrs,
  sit: iptunAttrs,
  tun: tunAttrs,
  veth: vethAttrs,
  vlan: vlanAttrs,
  vrf: vrfAttrs,
  vti: vtiAttrs,
  vti6: vti6Attrs,
  vxcan: vxcanAttrs,
  vxlan: vxlanAttrs,
  wwan: wwanAttrs,
  xfrm: xfrmAttrs,
};

/** The layouts of IFLA_INFO_SLAVE_DATA by IFLA_INFO_SLAVE_KIND. */
export const slaveKinds = {
  bond: bondSlaveAttrs,
  bridge: bridgePortAttrs,
  vrf: vrfPortAttrs,
};

/** The same by what `ip` calls them in requests, in IFLA_INFO_KIND. */
export const slaveRequestKinds = {
  bond_slave: bondSlaveAttrs,
  bridge_slave: bridgePortAttrs,
};

/** The layouts of IFLA_INFO_XSTATS by IFLA_INFO_KIND: the driver's own counters. */
export const kindStats = {
  can: canStats,
};
