import { type Address as AddressMessage, FOREVER } from '../protocol/rtnetlink/index.js';
import { AF_INET } from './cidr.js';
import { plain } from './plain.js';

/** A lifetime: seconds left, or forever. */
export type Lifetime = number | 'forever';

/** An address of a link, as it was when it was asked for (`ip address show`). */
export class Address {
  /** The link's own address: `172.20.1.1`. */
  readonly address: string;
  /** Bits of the network part. */
  readonly prefixLength: number;
  /** 4 or 6. */
  readonly family: 4 | 6;
  /** Index of the link. */
  readonly index: number;
  /** IFA_LABEL; IPv4 only. */
  readonly label: string | undefined;
  /** The other end of a point-to-point link. */
  readonly peer: string | undefined;
  /** IPv4 broadcast address. */
  readonly broadcast: string | undefined;
  /** RT_SCOPE_*: `'universe'` (what `ip` calls global), `'link'`, `'host'` …. */
  readonly scope: AddressMessage['scope'];
  /** IFA_F_*: `'permanent'`, `'tentative'`, `'dadfailed'` …. */
  readonly flags: readonly (string | number)[];
  /** Seconds until it is gone. */
  readonly validLifetime: Lifetime;
  /** Seconds until it is no longer preferred as a source. */
  readonly preferredLifetime: Lifetime;
  /** Metric of the route to its prefix, if not the usual one. */
  readonly metric: number | undefined;
  /** IFAPROT_*: who made it. */
  readonly protocol: AddressMessage['attrs']['proto'];

  readonly #message: AddressMessage;

  constructor(message: AddressMessage) {
    const { attrs } = message;
    const own = attrs.local ?? attrs.address ?? '';
    this.#message = message;
    this.address = own;
    this.prefixLength = message.prefixlen;
    this.family = message.family === AF_INET ? 4 : 6;
    this.index = message.index;
    this.label = attrs.label;
    this.peer = attrs.address === own ? undefined : attrs.address;
    this.broadcast = attrs.broadcast;
    this.scope = message.scope;
    this.flags = attrs.flags ?? message.flags;
    this.validLifetime = lifetime(attrs.cacheinfo?.valid);
    this.preferredLifetime = isDeprecated(message) ? 0 : lifetime(attrs.cacheinfo?.prefered);
    this.metric = attrs.rtPriority;
    this.protocol = attrs.proto;
  }

  /** `172.20.1.1/24` */
  get cidr(): string {
    return `${this.address}/${this.prefixLength}`;
  }

  /** The complete decoded message, by the kernel's names. */
  get message(): AddressMessage {
    return this.#message;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    return plain({ ...this }) as object;
  }
}

/** Of an IPv4 address that is valid for ever the kernel tells it by a flag alone (inet_fill_ifaddr in net/ipv4/devinet.c). */
const isDeprecated = ({ family, flags, attrs }: AddressMessage): boolean =>
  family === AF_INET && (attrs.flags ?? flags).includes('deprecated');

const lifetime = (seconds: number | undefined): Lifetime =>
  seconds === undefined || seconds === FOREVER ? 'forever' : seconds;
