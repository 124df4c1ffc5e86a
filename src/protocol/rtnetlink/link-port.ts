import { type AttributeSet, attr, attributes, many } from '../attributes.js';
import { enumeration } from '../enumeration.js';
import { block, padded, u8, u16, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { text } from '../text.js';

/** PORT_REQUEST_*, linux/if_link.h: what is asked of the switch, 802.1Qbg. */
export const portRequest = enumeration(u8, 'PORT_REQUEST_', {
  preassociate: 0,
  /** PORT_REQUEST_PREASSOCIATE_RR: with resources reserved. */
  preassociateRr: 1,
  associate: 2,
  disassociate: 3,
});

/** PORT_VDP_RESPONSE_* and PORT_PROFILE_RESPONSE_*, linux/if_link.h: what the switch said. */
export const portResponse = enumeration(
  u16,
  'PORT_VDP_RESPONSE_',
  {
    success: 0,
    invalidFormat: 1,
    insufficientResources: 2,
    unusedVtid: 3,
    vtidViolation: 4,
    /** PORT_VDP_RESPONSE_VTID_VERSION_VIOALTION: so spelt. */
    vtidVersionVioaltion: 5,
    outOfSync: 6,
    profileSuccess: 0x100,
    profileInprogress: 0x101,
    profileInvalid: 0x102,
    profileBadstate: 0x103,
    profileInsufficientResources: 0x104,
    profileError: 0x105,
  },
  {
    profileSuccess: 'PORT_PROFILE_RESPONSE_SUCCESS',
    profileInprogress: 'PORT_PROFILE_RESPONSE_INPROGRESS',
    profileInvalid: 'PORT_PROFILE_RESPONSE_INVALID',
    profileBadstate: 'PORT_PROFILE_RESPONSE_BADSTATE',
    profileInsufficientResources: 'PORT_PROFILE_RESPONSE_INSUFFICIENT_RESOURCES',
    profileError: 'PORT_PROFILE_RESPONSE_ERROR',
  },
);

/** `struct ifla_port_vsi`, linux/if_link.h: a virtual station interface, 802.1Qbg. */
export const portVsi = struct('ifla_port_vsi', '', {
  /** Number of the manager that knows the types. */
  vsiMgrId: u8,
  /** 24 bits. */
  vsiTypeId: block(3),
  /** Version of the type. */
  vsiTypeVersion: padded(u8, 3),
});

const portRows = {
  /** IFLA_PORT_VF: number of the virtual function; 0xffffffff for the device itself. */
  vf: attr(1, u32),
  /** IFLA_PORT_PROFILE: name of the port profile, at most 39 bytes. */
  profile: attr(2, text({ max: 39 })),
  /** IFLA_PORT_VSI_TYPE: type of virtual station interface, 802.1Qbg. */
  vsiType: attr(3, portVsi),
  /** IFLA_PORT_INSTANCE_UUID: 16 bytes. */
  instanceUuid: attr(4, block(16)),
  /** IFLA_PORT_HOST_UUID: 16 bytes. */
  hostUuid: attr(5, block(16)),
  /** IFLA_PORT_REQUEST: what is asked of the switch. */
  request: attr(6, portRequest),
  /** IFLA_PORT_RESPONSE: what it said. Read-only. */
  response: attr(7, portResponse),
};
/** IFLA_PORT_*, linux/if_link.h: how a port of an adapter is set up at the switch, 802.1Qbg or port profiles. */
export const portAttrs: PortAttrsCodec = attributes('IFLA_PORT_', portRows);
/** By name, like `LinkBody`. */
export interface PortAttrsCodec extends AttributeSet<typeof portRows> {}

const vfPortsRows = {
  /** IFLA_VF_PORT: one virtual function's. */
  port: many(attr(1, portAttrs)),
};
/** IFLA_VF_PORTS: the ports of the virtual functions. */
export const vfPortsAttrs: VfPortsAttrsCodec = attributes('IFLA_VF_', vfPortsRows);
/** By name, like `LinkBody`. */
export interface VfPortsAttrsCodec extends AttributeSet<typeof vfPortsRows> {}
