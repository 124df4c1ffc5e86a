import { padded, type Scalar, u8, u16, u32, u64 } from '../scalar.js';
import { type Struct, struct } from '../struct.js';

/** The counters of `rtnl_link_stats` and `rtnl_link_stats64`, in their common order. */
const counters = <T, In>(counter: Scalar<T, In>) => ({
  /** Good packets received. */
  rxPackets: counter,
  /** Packets sent. */
  txPackets: counter,
  /** Good bytes received. */
  rxBytes: counter,
  /** Bytes sent. */
  txBytes: counter,
  /** Bad packets received. */
  rxErrors: counter,
  /** Packets that could not be sent. */
  txErrors: counter,
  /** Packets received but not processed. */
  rxDropped: counter,
  /** Packets dropped on their way out. */
  txDropped: counter,
  /** Multicast packets received. */
  multicast: counter,
  /** Collisions while sending. */
  collisions: counter,
  /** Packets received with a wrong length. */
  rxLengthErrors: counter,
  /** Packets received that overran the receiver. */
  rxOverErrors: counter,
  /** Packets received with a wrong checksum of the frame. */
  rxCrcErrors: counter,
  /** Packets received that were not aligned. */
  rxFrameErrors: counter,
  /** Packets received that overran the receiver's queue. */
  rxFifoErrors: counter,
  /** Packets that the host had no room for. */
  rxMissedErrors: counter,
  /** Packets given up while sending, as after too many collisions. */
  txAbortedErrors: counter,
  /** Packets that could not be sent for want of carrier. */
  txCarrierErrors: counter,
  /** Packets that ran the sender's queue empty. */
  txFifoErrors: counter,
  /** Packets after which the heartbeat was missing (old Ethernet). */
  txHeartbeatErrors: counter,
  /** Packets that collided late. */
  txWindowErrors: counter,
  /** Packets received compressed. */
  rxCompressed: counter,
  /** Packets sent compressed. */
  txCompressed: counter,
  /** Packets received for which there was no protocol handler. */
  rxNohandler: counter,
});

const linkStatsFields = counters(u32);
/** `struct rtnl_link_stats`, linux/if_link.h: 32-bit counters, which wrap. */
export const linkStats: LinkStatsCodec = struct('rtnl_link_stats', '', linkStatsFields, { hot: true });
/** By name, like `LinkBody`. */
export interface LinkStatsCodec extends Struct<typeof linkStatsFields> {}

const linkStats64Fields = {
  ...counters(u64),
  /** Packets dropped because the other host's address was unknown to the hardware. */
  rxOtherhostDropped: u64,
};
/** `struct rtnl_link_stats64`, linux/if_link.h: exact counters. */
export const linkStats64: LinkStats64Codec = struct('rtnl_link_stats64', '', linkStats64Fields, { hot: true });
/** By name, like `LinkBody`. */
export interface LinkStats64Codec extends Struct<typeof linkStats64Fields> {}

const linkMapFields = {
  /** First address of the shared memory. */
  memStart: u64,
  /** Last address of the shared memory. */
  memEnd: u64,
  /** Address of the ports. */
  baseAddr: u64,
  /** Number of the interrupt. */
  irq: u16,
  /** Number of the DMA channel. */
  dma: u8,
  /** Which of the connectors, IF_PORT_*. */
  port: padded(u8, 4),
};
/** `struct rtnl_link_ifmap`, linux/if_link.h: where old hardware sits. */
export const linkMap: LinkMapCodec = struct('rtnl_link_ifmap', '', linkMapFields, { hot: true });
/** By name, like `LinkBody`. */
export interface LinkMapCodec extends Struct<typeof linkMapFields> {}
