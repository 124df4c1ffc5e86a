import { bondSlaveAttrs } from './bond.js';
import { bridgePortAttrs } from './bridge-port.js';
import { canStats } from './can.js';
import * as kinds from './kinds.js';
import { vrfPortAttrs } from './vrf.js';

/**
 * The layouts of IFLA_INFO_DATA by IFLA_INFO_KIND. The kinds that are not here have no settings of their own, in
 * rtnetlink at least: dummy, ifb, nlmon, vcan, team, wireguard, pfcp, lowpan, virt_wifi, netdevsim.
 */
export const linkKinds: typeof kinds = { ...kinds };

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
