import type { AddressSettings } from '../address-input.js';
import type { ForwardingState } from '../forwarding.js';
import type { KindData, NewLinkSettings } from '../link-input.js';
import type { LinkRef } from '../names.js';
import type { NamespaceRef } from '../namespace-ref.js';
import type { RouteSettings } from '../route-input.js';

/** Whether something is to be there; by default it is. */
export interface Presence {
  state?: 'present' | 'absent' | undefined;
}

/** An address of a link: in CIDR form, or with what else `ip.address.add` takes. */
export type AddressSpec = string | (AddressSettings & Presence & { readonly address: string });

/** A link, or one end of a pair, whatever its kind. What is left out is not touched. */
export interface EndSpec extends NewLinkSettings {
  /** 1 to 15 bytes: what it is found by. */
  name: string;
  /** The bridge, bond or VRF it is to belong to, by name if it is to be made too; null for none. */
  master?: LinkRef | null | undefined;
  /** Its addresses. Others that it has stay, unless the namespace says `exact`. */
  addresses?: readonly AddressSpec[] | undefined;
}

/** The other end of a pair. */
export interface PeerSpec extends EndSpec {
  /** The namespace it is to be born in; by default that of the first end. */
  netns?: NamespaceRef | undefined;
}

/** A link that is to be there. */
export interface LinkBase extends EndSpec {
  state?: 'present' | undefined;
  /** The link it sits on: for vlan, macvlan, ipvlan, vxlan …. */
  link?: LinkRef | undefined;
  /** The namespace `link` is in; by default its own. */
  linkNetns?: NamespaceRef | undefined;
}

/** A link that is to be there: `ip.link.add`'s settings by kind, and what belongs to it. */
export type PresentLink =
  | (LinkBase & { kind: 'veth'; peer?: PeerSpec | undefined; data?: undefined })
  | {
      [K in Exclude<keyof KindData, 'veth'>]: LinkBase & {
        kind: K;
        data?: KindData[K] | undefined;
        peer?: undefined;
      };
    }[Exclude<keyof KindData, 'veth'>]
  | (LinkBase & { kind: string & {}; data?: undefined; peer?: undefined })
  /** One that somebody else makes: hardware, `lo`. */
  | (LinkBase & { kind?: undefined; data?: undefined; peer?: undefined });

/** A link: to be there, or not. */
export type LinkSpec = PresentLink | { readonly name: string; readonly state: 'absent' };

/** A route: to be there, or not. It is found by destination, table, metric, type of service and source prefix. */
export interface RouteSpec extends RouteSettings, Presence {
  /** A network, or `'default'`. */
  destination: string;
}

/** What is to be in a namespace. */
export interface NamespaceSpec {
  /** Links, in any order. */
  links?: readonly LinkSpec[] | undefined;
  /** Routes. */
  routes?: readonly RouteSpec[] | undefined;
  /** Whether the namespace is a router. */
  forwarding?: Partial<ForwardingState> | undefined;
  /**
   * Nothing else: also delete the addresses that the described links have, and the routes that the main table has, beyond
   * what is described. What the kernel makes by itself stays: link-local addresses, those with a lifetime, and routes of
   * protocol kernel, ra and redirect. Links are never deleted unless they are described as absent.
   */
  exact?: boolean | undefined;
}

/** Another namespace, and what is to be in it. */
export interface OtherNamespaceSpec extends NamespaceSpec, Presence {
  /** By a name under /run/netns it is made if it is not there. */
  netns: NamespaceRef;
}

/** What is to be in the namespace that `ip` works in, and in any number of others. */
export interface NetworkSpec extends NamespaceSpec {
  namespaces?: readonly OtherNamespaceSpec[] | undefined;
}
