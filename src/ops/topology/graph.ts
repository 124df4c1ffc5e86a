import type { Address } from '../address.js';
import type { BridgeVlan } from '../bridges.js';
import type { OperState } from '../link.js';

/** A network namespace that was looked at. */
export interface TopologyNamespace {
  /** `net:[4026531840]`, as `readlink /proc/PID/ns/net` and `lsns` call it. */
  readonly id: string;
  /** Inode number of its file: what `ls -L -i /run/netns/NAME` shows. */
  readonly inode: number;
  /** Device number of the file system that its file is in. */
  readonly device: number;
  /** What pictures call it: as it was passed in, else its name, else a process in it. */
  readonly label: string;
  /** It is the calling thread's own. */
  readonly own: boolean;
  /** Its names under /run/netns. */
  readonly names: readonly string[];
  /** The processes that are in it, or have a thread that is; none with `processes: false`. */
  readonly pids: readonly number[];
}

/** Where a link leads: a veth to its peer, a VLAN or macvlan to the link beneath it. */
export interface TopologyFarEnd {
  /** IFLA_LINK: index of the link there. */
  readonly index: number;
  /** IFLA_LINK_NETNSID: by which id the link's namespace knows the other; undefined if it is the same one. */
  readonly netnsId: number | undefined;
  /** `id` of the namespace it is in; undefined if that was not found. It may be one that could not be entered. */
  readonly namespace: string | undefined;
  /** `id` of the link there; undefined if it was not seen. */
  readonly link: string | undefined;
}

/** An address of a link. */
export interface TopologyAddress {
  /** `172.20.1.1/24` */
  readonly cidr: string;
  /** 4 or 6. */
  readonly family: 4 | 6;
  /** RT_SCOPE_*: `'universe'` (what `ip` calls global), `'link'`, `'host'` …. */
  readonly scope: Address['scope'];
  /** The other end of a point-to-point link. */
  readonly peer: string | undefined;
}

/** A network link. */
export interface TopologyLink {
  /** `net:[4026531840]/2`: its namespace's id and its index. */
  readonly id: string;
  /** `id` of its namespace. */
  readonly namespace: string;
  /** Unique within its namespace. */
  readonly index: number;
  readonly name: string;
  /** IFLA_INFO_KIND: `'veth'`, `'bridge'` …; undefined for hardware and for the loopback link. */
  readonly kind: string | undefined;
  /** It is a loopback link. */
  readonly loopback: boolean;
  /** Administratively up. */
  readonly up: boolean;
  /** `'up'`, `'down'`, `'unknown'` …. */
  readonly operState: OperState;
  /** Hardware address, `aa:bb:cc:dd:ee:ff`; empty for links without one. */
  readonly address: string;
  /** Bytes. */
  readonly mtu: number;
  /** Its network addresses. */
  readonly addresses: readonly TopologyAddress[];
  /** `id` of the bridge, bond or VRF it belongs to. */
  readonly master: string | undefined;
  /** The other end of a pair: of kinds veth, vxcan and netkit. */
  readonly peer: TopologyFarEnd | undefined;
  /** What it sits on: of vlan, macvlan, ipvlan, of tunnels bound to a link …. */
  readonly lower: TopologyFarEnd | undefined;
  /** Of kind vlan: the tag of its packets. */
  readonly vlan: { readonly id: number; readonly protocol: string | number } | undefined;
  /** As a bridge port or a bridge: the VLANs it takes part in. */
  readonly bridgeVlans: readonly Omit<BridgeVlan, 'index'>[];
}

/** A bridge and its ports. */
export interface TopologyBridge {
  /** `id` of the bridge. */
  readonly link: string;
  /** `id`s of its ports. */
  readonly ports: readonly string[];
  /** Whether it keeps VLANs apart. */
  readonly vlanFiltering: boolean;
}

/** A namespace, or a process's, that could not be looked at. */
export interface Unreachable {
  /** `/run/netns/ns1`, `/proc/12/ns/net`, or what was passed in. */
  readonly place: string;
  /** `id` of the namespace; undefined where not even that may be known. */
  readonly namespace: string | undefined;
  /** `'EACCES'`, `'EPERM'` … */
  readonly code: string;
  /** Why, in words. */
  readonly reason: string;
}

/** A topology as plain values: `id`s instead of references. */
export interface TopologyGraph {
  /** The calling thread's own comes first, then those passed in, then those with names. */
  readonly namespaces: readonly TopologyNamespace[];
  /** In the order of their namespaces and indices. */
  readonly links: readonly TopologyLink[];
  /** `id`s of the two ends of each veth pair of which both were seen. A link whose peer was not has `peer.link` undefined. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly bridges: readonly TopologyBridge[];
  /** What could not be looked at, and why. */
  readonly unreachable: readonly Unreachable[];
}
