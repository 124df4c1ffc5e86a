export { Address, type Lifetime } from './ops/address.js';
export type { AddressFlag, AddressSettings } from './ops/address-input.js';
export { type AddressEnsured, Addresses, type AddressFilter, type AddressFlushFilter } from './ops/addresses.js';
export type { ApplyOptions } from './ops/apply/apply.js';
export type {
  AddressSpec,
  EndSpec,
  LinkSpec,
  NamespaceSpec,
  NetworkSpec,
  OtherNamespaceSpec,
  PeerSpec,
  PresentLink,
  RouteSpec,
} from './ops/apply/spec.js';
export type { Plan, PlanStep } from './ops/apply/step.js';
export {
  type BridgePortSettings,
  Bridges,
  type BridgeVlan,
  type BridgeVlanSettings,
  type VlanRange,
} from './ops/bridges.js';
export { ConflictError } from './ops/ensure/conflict-error.js';
export type { Difference } from './ops/ensure/difference.js';
export type { Ensured } from './ops/ensure/ensure.js';
export type { Replaced } from './ops/ensure/replaced.js';
export { type FdbFilter, type FdbSettings, ForwardingDatabase } from './ops/fdb.js';
export { FdbEntry } from './ops/fdb-entry.js';
export { Forwarding, type ForwardingChanges, type ForwardingState } from './ops/forwarding.js';
export { Link, type LinkFlags, type LinkStats, type OperState } from './ops/link.js';
export type { KindData, LinkSettings, NewLinkSettings } from './ops/link-input.js';
export type { LinkPeer } from './ops/link-peer.js';
export {
  type LinkAddSettings,
  type LinkChanges,
  type LinkEnsured,
  type LinkFilter,
  Links,
  type NewLink,
  type VethPeer,
} from './ops/links.js';
export type {
  Added,
  Changed,
  MonitorEvent,
  ObjectEvent,
  Removed,
  Resync,
  Synced,
  Watched,
  WatchedGroup,
} from './ops/monitor/event.js';
export { Monitor } from './ops/monitor/monitor.js';
export type { MonitorOptions } from './ops/monitor/monitor-options.js';
export type { NeighbourView } from './ops/monitor/neighbour-view.js';
export type { RouteQuery, RouteView } from './ops/monitor/route-view.js';
export type { RuleView } from './ops/monitor/rule-view.js';
export { Store, type StoreEvents, type WatchOptions } from './ops/monitor/store.js';
export type { AddressView, LinkView } from './ops/monitor/views.js';
export type { LinkRef } from './ops/names.js';
export type { NamespaceRef } from './ops/namespace-ref.js';
export { Neighbour } from './ops/neighbour.js';
export {
  type NeighbourEnsured,
  type NeighbourFilter,
  type NeighbourFlushFilter,
  type NeighbourSettings,
  Neighbours,
} from './ops/neighbours.js';
export type { NamespaceId, NamespaceIds, NamespacePlace } from './ops/netns/ids.js';
export * as netns from './ops/netns/index.js';
export { numericLookup } from './ops/numeric-lookup.js';
export { Ip, type OpenOptions, open } from './ops/open.js';
export { type Nexthop, Route } from './ops/route.js';
export type { NexthopSettings, RouteProtocol, RouteSettings, RouteTable } from './ops/route-input.js';
export type { RouteLookup } from './ops/route-lookup.js';
export { type RouteEnsured, type RouteFilter, Routes } from './ops/routes.js';
export { Rule } from './ops/rule.js';
export { type RuleEnsured, type RuleSettings, Rules } from './ops/rules.js';
export type {
  TopologyAddress,
  TopologyBridge,
  TopologyFarEnd,
  TopologyGraph,
  TopologyLink,
  TopologyNamespace,
  Unreachable,
} from './ops/topology/graph.js';
export { Topology, type TopologyOptions, topology } from './ops/topology/topology.js';
export type { Veths } from './ops/veth.js';
export { VethEnd } from './ops/veth-end.js';
export type { VethAddress, VethEndSettings } from './ops/veth-input.js';
export { type AddressCondition, DuplicateAddressError } from './ops/wait-address.js';
export type { LinkCondition, LinkState } from './ops/wait-link.js';
export { DecodeError, type EncodeError } from './protocol/errors.js';
export type { GroupName } from './protocol/rtnetlink/groups.js';
export {
  AbortError,
  ClosedError,
  DumpInterruptedError,
  OverrunError,
  SyscallError,
  TimeoutError,
} from './socket/errors.js';
export type { RequestOptions, WaitOptions } from './socket/exchange.js';
export type { Group } from './socket/groups.js';
export { KernelTransport } from './socket/kernel-transport.js';
export { type ExecOptions, type ExecResult, Namespace, NamespaceReturnError } from './socket/namespace.js';
export { NetlinkError } from './socket/netlink-error.js';
export type { Received } from './socket/received.js';
export { Socket, type SocketOptions, type SubscribeOptions, type Warning } from './socket/socket.js';
export type { Notification, Subscription, SubscriptionOptions } from './socket/subscription.js';
export type { Datagram, ReceiveFailure, Transport, TransportOptions } from './socket/transport.js';
