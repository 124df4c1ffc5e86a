import { bridgeAttrs } from './bridge.js';
import { bridgePortAttrs } from './bridge-port.js';
import { macvlanAttrs } from './macvlan.js';
import { vethAttrs } from './veth.js';
import { vlanAttrs } from './vlan.js';
import { vxlanAttrs } from './vxlan.js';

/** The layouts of IFLA_INFO_DATA by IFLA_INFO_KIND. */
export const linkKinds = {
  bridge: bridgeAttrs,
  macvlan: macvlanAttrs,
  macvtap: macvlanAttrs,
  veth: vethAttrs,
  vlan: vlanAttrs,
  vxlan: vxlanAttrs,
};

/** The layouts of IFLA_INFO_SLAVE_DATA by IFLA_INFO_SLAVE_KIND. */
export const slaveKinds = {
  bridge: bridgePortAttrs,
};
