import type { Codec, Decoded } from '../protocol/codec.js';
import { message } from '../protocol/message.js';
import {
  type afSpec,
  ifinfomsg,
  type Link as LinkMessage,
  linkAttrs,
  link as linkBody,
  type linkFlags,
  linkinfoAttrs,
  type linkMode,
  type linkStats64,
  type operState,
} from '../protocol/rtnetlink/index.js';
import { type ByteOrder, Source } from '../protocol/source.js';
import { plain } from './plain.js';

/** Counters of a link: exact, 64 bits. */
export type LinkStats = Decoded<typeof linkStats64>;
/** `'up'`, `'down'`, `'unknown'` …: RFC 2863's operational state; a number if it has no name. */
export type OperState = Decoded<typeof operState>;
/** IFF_*: `'up'`, `'broadcast'`, `'lowerUp'` …; bits without a name as one number. */
export type LinkFlags = Decoded<typeof linkFlags>;

/** What a list of links shows. Decoding only this makes a dump two to three times cheaper; all else waits. */
const shown = message(
  ifinfomsg,
  linkAttrs.pick(
    [
      'ifname',
      'mtu',
      'address',
      'broadcast',
      'operstate',
      'linkmode',
      'master',
      'link',
      'linkNetnsid',
      'group',
      'txqlen',
      'qdisc',
      'ifalias',
      'propList',
      'numTxQueues',
      'numRxQueues',
      'carrier',
      'targetNetnsid',
    ],
    { linkinfo: linkinfoAttrs.pick(['kind', 'slaveKind']) },
  ),
);
const statistics = message(ifinfomsg, linkAttrs.pick(['stats64']));
const families = message(ifinfomsg, linkAttrs.pick(['afSpec']));
const driver = message(ifinfomsg, linkAttrs.pick(['linkinfo']));

/**
 * A network link as it was when it was asked for (`ip link show`). What is rarely needed (`stats`, `data`, `inet`,
 * `inet6`, `message`) is decoded when it is read.
 */
export class Link {
  /** Interface index: what the kernel calls it, unique within its namespace. */
  readonly index: number;
  /** IFLA_IFNAME: 1 to 15 bytes. */
  readonly name: string;
  /** IFLA_INFO_KIND: `'veth'`, `'bridge'` …; undefined for hardware and for the loopback link. */
  readonly kind: string | undefined;
  /** Administratively up (IFF_UP). */
  readonly up: boolean;
  /** IFLA_OPERSTATE. `'unknown'` counts as up: the driver does not track it. */
  readonly operState: OperState;
  /** IFLA_CARRIER: whether there is a signal; undefined where the driver does not say. */
  readonly carrier: boolean | undefined;
  /** IFLA_ADDRESS: hardware address, `aa:bb:cc:dd:ee:ff`; empty for links without one. */
  readonly address: string;
  /** IFLA_BROADCAST: hardware broadcast address. */
  readonly broadcast: string;
  /** IFLA_MTU: bytes. */
  readonly mtu: number;
  /** IFF_* */
  readonly flags: LinkFlags;
  /** ARPHRD_*: `'ether'`, `'loopback'` …. */
  readonly type: Decoded<typeof ifinfomsg>['type'];
  /** IFLA_LINK: index of the lower link, for a veth of its peer; in the namespace `linkNetnsid` if there is one. */
  readonly linkIndex: number | undefined;
  /** IFLA_LINK_NETNSID: id in this namespace of the namespace that `linkIndex` is in; undefined if it is this one. */
  readonly linkNetnsid: number | undefined;
  /** IFLA_MASTER: index of the bridge, bond or VRF it belongs to. */
  readonly master: number | undefined;
  /** IFLA_INFO_SLAVE_KIND: what that master is. */
  readonly masterKind: string | undefined;
  /** IFLA_GROUP: 0 is `default`. */
  readonly group: number;
  /** IFLA_TXQLEN: packets. */
  readonly txqlen: number;
  /** IFLA_QDISC: name of the root queueing discipline. */
  readonly qdisc: string | undefined;
  /** IFLA_LINKMODE */
  readonly mode: Decoded<typeof linkMode>;
  /** IFLA_NUM_TX_QUEUES */
  readonly numTxQueues: number;
  /** IFLA_NUM_RX_QUEUES */
  readonly numRxQueues: number;
  /** IFLA_IFALIAS: free text. */
  readonly alias: string | undefined;
  /** IFLA_ALT_IFNAME: alternative names. */
  readonly altNames: readonly string[];

  readonly #bytes: Uint8Array;
  readonly #order: ByteOrder;

  /** `bytes` is the body of an RTM_NEWLINK or RTM_DELLINK; it is kept, not copied. */
  constructor(bytes: Uint8Array, order: ByteOrder) {
    this.#bytes = bytes;
    this.#order = order;
    const { index, type, flags, attrs } = this.#read(shown);
    this.index = index;
    this.name = attrs.ifname ?? '';
    this.kind = attrs.linkinfo?.kind;
    this.up = flags.includes('up');
    this.operState = attrs.operstate ?? 'unknown';
    this.carrier = attrs.carrier === undefined ? undefined : attrs.carrier !== 0;
    this.address = attrs.address ?? '';
    this.broadcast = attrs.broadcast ?? '';
    this.mtu = attrs.mtu ?? 0;
    this.flags = flags;
    this.type = type;
    this.linkIndex = attrs.link;
    this.linkNetnsid = attrs.linkNetnsid;
    this.master = attrs.master;
    this.masterKind = attrs.linkinfo?.slaveKind;
    this.group = attrs.group ?? 0;
    this.txqlen = attrs.txqlen ?? 0;
    this.qdisc = attrs.qdisc;
    this.mode = attrs.linkmode ?? 'default';
    this.numTxQueues = attrs.numTxQueues ?? 1;
    this.numRxQueues = attrs.numRxQueues ?? 1;
    this.alias = attrs.ifalias;
    this.altNames = attrs.propList?.altIfname ?? [];
  }

  /** The complete decoded message: every attribute the kernel sent, by the kernel's names. */
  get message(): LinkMessage {
    return this.#read(linkBody as Codec<LinkMessage, never>);
  }

  /** IFLA_STATS64; undefined where they were not asked for. */
  get stats(): LinkStats | undefined {
    return this.#read(statistics).attrs.stats64;
  }

  /** IFLA_INFO_DATA: the settings of its kind; undefined for kinds without any or without a layout. */
  get data(): object | undefined {
    return this.#read(driver).attrs.linkinfo?.data;
  }

  /** IFLA_INFO_SLAVE_DATA: its settings as a port of `master`. */
  get portData(): object | undefined {
    return this.#read(driver).attrs.linkinfo?.slaveData;
  }

  /** IPv4 settings of the link (/proc/sys/net/ipv4/conf/NAME). */
  get inet(): NonNullable<Families['inet']>['conf'] {
    return this.#families?.inet?.conf;
  }

  /** IPv6 settings and counters of the link. */
  get inet6(): Families['inet6'] {
    return this.#families?.inet6;
  }

  get #families(): Families | undefined {
    return this.#read(families).attrs.afSpec as Families | undefined;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    const { stats, data, portData } = this;
    return plain({ ...this, ...(data && { data }), ...(portData && { portData }), ...(stats && { stats }) }) as object;
  }

  #read<T>(codec: Codec<T, never>): T {
    return codec.read(new Source(this.#bytes, this.#order), 0, this.#bytes.length);
  }
}

type Families = Extract<Decoded<(typeof afSpec)['variants'][0]>, object>;

/** Reads the body of a link message as a `Link`. */
export const linkCodec: Codec<Link, never> = {
  read: (src, start, end) => new Link(src.slice(start, end), src.little ? 'little' : 'big'),
  write() {
    throw new TypeError('a Link cannot be sent; send a link message');
  },
};

/** The same for one that comes alone: kept, it would hold on to a buffer of 128 KiB that others have left. */
export const loneLinkCodec: Codec<Link, never> = {
  ...linkCodec,
  detached: true,
  read: (src, start, end) => new Link(Buffer.from(src.slice(start, end)), src.little ? 'little' : 'big'),
};
