import { ipv4 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { be16, u32 } from '../../scalar.js';

/** AMT_MODE_*, linux/amt.h: which end of the tunnel. */
export const amtMode = enumeration(u32, 'AMT_MODE_', {
  /** AMT_MODE_GATEWAY: sends reports out, takes multicast in. */
  gateway: 0,
  /** AMT_MODE_RELAY: the other way round. */
  relay: 1,
});

/** IFLA_AMT_*, linux/amt.h: `ip link … type amt`, automatic multicast tunneling, RFC 7450. */
export const amtAttrs = attributes('IFLA_AMT_', {
  /** IFLA_AMT_MODE: gateway or relay; set when it is made. */
  mode: attr(1, amtMode),
  /** IFLA_AMT_RELAY_PORT: UDP port of the relay, network order. */
  relayPort: attr(2, be16),
  /** IFLA_AMT_GATEWAY_PORT: UDP port of the gateway, network order. */
  gatewayPort: attr(3, be16),
  /** IFLA_AMT_LINK: index of the link to send by. */
  link: attr(4, u32),
  /** IFLA_AMT_LOCAL_IP: this end. */
  localIp: attr(5, ipv4),
  /** IFLA_AMT_REMOTE_IP: the relay, once a gateway has found it. Read-only. */
  remoteIp: attr(6, ipv4),
  /** IFLA_AMT_DISCOVERY_IP: where a gateway asks for a relay. */
  discoveryIp: attr(7, ipv4),
  /** IFLA_AMT_MAX_TUNNELS: the most tunnels of a relay. */
  maxTunnels: attr(8, u32),
});
