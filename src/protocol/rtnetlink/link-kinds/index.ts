import { vethAttrs } from './veth.js';

/** The layouts of IFLA_INFO_DATA by IFLA_INFO_KIND. */
export const linkKinds = {
  veth: vethAttrs,
};

/** The layouts of IFLA_INFO_SLAVE_DATA by IFLA_INFO_SLAVE_KIND. */
export const slaveKinds = {};
