// The layouts of IFLA_INFO_DATA, each by its IFLA_INFO_KIND. A module, since the compiler names a module's type where it
// would write out an object's, without the comments of the rows.
export { amtAttrs as amt } from './amt.js';
export { bareudpAttrs as bareudp } from './bareudp.js';
export { bondAttrs as bond } from './bond.js';
export { bridgeAttrs as bridge } from './bridge.js';
export { canAttrs as can } from './can.js';
export { geneveAttrs as geneve } from './geneve.js';
export {
  greAttrs as erspan,
  greAttrs as gre,
  greAttrs as gretap,
  ip6greAttrs as ip6erspan,
  ip6greAttrs as ip6gre,
  ip6greAttrs as ip6gretap,
} from './gre.js';
export { gtpAttrs as gtp } from './gtp.js';
export { hsrAttrs as hsr } from './hsr.js';
export { ipoibAttrs as ipoib } from './ipoib.js';
export { ip6tnlAttrs as ip6tnl, iptunAttrs as ipip, iptunAttrs as sit } from './iptun.js';
export { ipvlanAttrs as ipvlan, ipvlanAttrs as ipvtap } from './ipvlan.js';
export { macsecAttrs as macsec } from './macsec.js';
export { macvlanAttrs as macvlan, macvlanAttrs as macvtap } from './macvlan.js';
export { netkitAttrs as netkit } from './netkit.js';
export { ovpnAttrs as ovpn } from './ovpn.js';
export { rmnetAttrs as rmnet } from './rmnet.js';
export {
  batadvAttrs as batadv,
  caifAttrs as caif,
  dsaAttrs as dsa,
  pppAttrs as ppp,
  wwanAttrs as wwan,
} from './single.js';
export { tunAttrs as tun } from './tun.js';
export { vethAttrs as veth } from './veth.js';
export { vlanAttrs as vlan } from './vlan.js';
export { vrfAttrs as vrf } from './vrf.js';
export { vti6Attrs as vti6, vtiAttrs as vti } from './vti.js';
export { vxcanAttrs as vxcan } from './vxcan.js';
export { vxlanAttrs as vxlan } from './vxlan.js';
export { xfrmAttrs as xfrm } from './xfrm.js';
