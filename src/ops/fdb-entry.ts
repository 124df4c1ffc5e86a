import type { Neighbour as NeighbourMessage } from '../protocol/rtnetlink/index.js';
import { plain } from './plain.js';

/** An entry of a forwarding table as it was when it was asked for (`bridge fdb show`). */
export class FdbEntry {
  /** The hardware address that frames go to. */
  readonly address: string;
  /** Index of the port that they leave by. */
  readonly index: number;
  /** Index of the bridge whose table it is in; undefined for a link's own table (`self`). */
  readonly master: number | undefined;
  /** VLAN of the frames; undefined for all. */
  readonly vlan: number | undefined;
  /**
   * `'permanent'`: an address of the machine's own; `'static'`: added, stays; `'dynamic'`: learned or added, ages
   * (what `bridge` prints nothing for, or `stale`).
   */
  readonly state: 'permanent' | 'static' | 'dynamic';
  /** NTF_* and NTF_EXT_*: `'self'`, `'sticky'`, `'extLearned'`, `'offloaded'` …. */
  readonly flags: readonly (string | number)[];
  /** The tunnel's other end, of VXLAN's entries. */
  readonly destination: string | undefined;
  /** Its UDP port, if not the usual one. */
  readonly port: number | undefined;
  /** Network identifier that it expects, if not the link's own. */
  readonly vni: number | undefined;
  /** Seconds since it was used, to the hundredth. */
  readonly used: number | undefined;
  /** Seconds since it was changed, to the hundredth. */
  readonly updated: number | undefined;

  readonly #message: NeighbourMessage;

  constructor(message: NeighbourMessage) {
    const { attrs, state } = message;
    this.#message = message;
    this.address = attrs.lladdr ?? '';
    this.index = message.ifindex;
    this.master = attrs.master;
    this.vlan = attrs.vlan;
    this.state = state.includes('permanent') ? 'permanent' : state.includes('noarp') ? 'static' : 'dynamic';
    this.flags = [...message.flags, ...(attrs.flagsExt ?? [])];
    this.destination = attrs.dst;
    this.port = attrs.port;
    this.vni = attrs.vni;
    this.used = seconds(attrs.cacheinfo?.used);
    this.updated = seconds(attrs.cacheinfo?.updated);
  }

  /** The complete decoded message, by the kernel's names. */
  get message(): NeighbourMessage {
    return this.#message;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    return plain({ ...this }) as object;
  }
}

const seconds = (hundredths: number | undefined): number | undefined =>
  hundredths === undefined ? undefined : hundredths / 100;
