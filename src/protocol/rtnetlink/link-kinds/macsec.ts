import { attr, attributes, padding } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { enumeration64 } from '../../enumeration64.js';
import { be16, be64, u8, u32, u64 } from '../../scalar.js';

/** MACSEC_CIPHER_ID_*, linux/if_macsec.h, 802.1AE table 14-1. */
export const macsecCipherSuite = enumeration64(
  u64,
  'MACSEC_CIPHER_ID_',
  {
    gcmAes128: 0x0080c20001000001n,
    gcmAes256: 0x0080c20001000002n,
    /** MACSEC_CIPHER_ID_GCM_AES_XPN_128: with 64-bit packet numbers. */
    gcmAesXpn128: 0x0080c20001000003n,
    gcmAesXpn256: 0x0080c20001000004n,
    /** MACSEC_DEFAULT_CIPHER_ID: what GCM-AES-128 is called by default. */
    default: 0x0080020001000001n,
  },
  {
    gcmAes128: 'MACSEC_CIPHER_ID_GCM_AES_128',
    gcmAes256: 'MACSEC_CIPHER_ID_GCM_AES_256',
    gcmAesXpn128: 'MACSEC_CIPHER_ID_GCM_AES_XPN_128',
    gcmAesXpn256: 'MACSEC_CIPHER_ID_GCM_AES_XPN_256',
    default: 'MACSEC_DEFAULT_CIPHER_ID',
  },
);

/** MACSEC_VALIDATE_*, linux/if_link.h: what happens to packets that fail the check. */
export const macsecValidation = enumeration(u8, 'MACSEC_VALIDATE_', {
  /** MACSEC_VALIDATE_DISABLED: nothing is checked. */
  disabled: 0,
  /** MACSEC_VALIDATE_CHECK: counted. */
  check: 1,
  /** MACSEC_VALIDATE_STRICT: dropped. */
  strict: 2,
});

/** MACSEC_OFFLOAD_*, linux/if_link.h: who encrypts. */
export const macsecOffload = enumeration(u8, 'MACSEC_OFFLOAD_', { off: 0, phy: 1, mac: 2 });

/** IFLA_MACSEC_*, linux/if_link.h: `ip link … type macsec`. Keys are set by generic netlink. */
export const macsecAttrs = attributes(padding('IFLA_MACSEC_', 14), {
  /** IFLA_MACSEC_SCI: secure channel identifier: address and port, network order. */
  sci: attr(1, be64),
  /** IFLA_MACSEC_PORT: the port of the identifier, network order; in requests, in place of `sci`. */
  port: attr(2, be16),
  /** IFLA_MACSEC_ICV_LEN: bytes of the integrity check value, 8 to 16. */
  icvLen: attr(3, u8),
  /** IFLA_MACSEC_CIPHER_SUITE: how packets are encrypted or authenticated. */
  cipherSuite: attr(4, macsecCipherSuite),
  /** IFLA_MACSEC_WINDOW: how far packets may be late, packets; with `replayProtect`. */
  window: attr(5, u32),
  /** IFLA_MACSEC_ENCODING_SA: association that packets are sent by, 0 to 3. */
  encodingSa: attr(6, u8),
  /** IFLA_MACSEC_ENCRYPT: 1 encrypts, 0 only authenticates. */
  encrypt: attr(7, u8),
  /** IFLA_MACSEC_PROTECT: 1 protects what is sent. */
  protect: attr(8, u8),
  /** IFLA_MACSEC_INC_SCI: 1 writes the identifier into every packet. */
  incSci: attr(9, u8),
  /** IFLA_MACSEC_ES: 1: end station. */
  es: attr(10, u8),
  /** IFLA_MACSEC_SCB: 1: single copy broadcast. */
  scb: attr(11, u8),
  /** IFLA_MACSEC_REPLAY_PROTECT: 1 drops packets that are late. */
  replayProtect: attr(12, u8),
  /** IFLA_MACSEC_VALIDATION: what happens to packets that fail the check. */
  validation: attr(13, macsecValidation),
  /** IFLA_MACSEC_OFFLOAD: who encrypts. */
  offload: attr(15, macsecOffload),
});
