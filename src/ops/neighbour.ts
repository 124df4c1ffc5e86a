import type { Neighbour as NeighbourMessage } from '../protocol/rtnetlink/index.js';
import { AF_INET, AF_INET6 } from './cidr.js';
import { plain } from './plain.js';

/** A neighbour as it was when it was asked for (`ip neighbour show`). */
export class Neighbour {
  /** Its IP address. */
  readonly address: string;
  /** 4 or 6. */
  readonly family: 4 | 6 | undefined;
  /** Its hardware address; undefined as long as it is not known, and for those that are answered for. */
  readonly lladdr: string | undefined;
  /** Index of the link. */
  readonly index: number;
  /** NUD_*: `'reachable'`, `'stale'`, `'permanent'`, `'failed'` …; `'none'` for none of them. */
  readonly state: string;
  /** NTF_* and NTF_EXT_*: `'router'`, `'proxy'`, `'extLearned'`, `'managed'` …. */
  readonly flags: readonly (string | number)[];
  /** RTPROT_*: who made it; undefined where nobody said. */
  readonly protocol: NeighbourMessage['attrs']['protocol'];
  /** How many probes were sent without an answer. */
  readonly probes: number;

  readonly #message: NeighbourMessage;

  constructor(message: NeighbourMessage) {
    const { attrs } = message;
    this.#message = message;
    this.address = attrs.dst ?? '';
    this.family = message.family === AF_INET ? 4 : message.family === AF_INET6 ? 6 : undefined;
    this.lladdr = attrs.lladdr;
    this.index = message.ifindex;
    this.state = message.state.join('|') || 'none';
    this.flags = [...message.flags, ...(attrs.flagsExt ?? [])];
    this.protocol = attrs.protocol;
    this.probes = attrs.probes ?? 0;
  }

  /** The complete decoded message, by the kernel's names; ages are in `attrs.cacheinfo`. */
  get message(): NeighbourMessage {
    return this.#message;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    return plain({ ...this }) as object;
  }
}
