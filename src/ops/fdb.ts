import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../protocol/header.js';
import {
  AF,
  type NeighbourInput,
  type Neighbour as NeighbourMessage,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { parseAddress } from './cidr.js';
import { type Context, commonHint, indexOf } from './context.js';
import { FdbEntry } from './fdb-entry.js';
import { hardwareBytes } from './hardware-address.js';
import { checkKeys } from './link-input.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';

/** A forwarding entry, beyond its port and address. */
export interface FdbSettings {
  /**
   * Whose table: `'master'` is the bridge's that the link is a port of, `'self'` the link's own: that of a VXLAN, or
   * the addresses that hardware takes in. By default `'self'`, as `bridge fdb` has it.
   */
  table?: 'master' | 'self' | undefined;
  /** `'permanent'` (the default): an address of the machine's own; `'static'`: stays; `'dynamic'`: ages. */
  state?: 'permanent' | 'static' | 'dynamic' | undefined;
  /** VLAN of the frames, 1 to 4094. */
  vlan?: number | undefined;
  /** `'sticky'`: does not move to another port; `'extLearned'`: a control plane looks after it; `'router'`. */
  flags?: readonly ('sticky' | 'extLearned' | 'router' | 'use')[] | undefined;
  /** The tunnel's other end; VXLAN only. */
  destination?: string | undefined;
  /** Its UDP port. */
  port?: number | undefined;
  /** Network identifier that it expects. */
  vni?: number | undefined;
  /** Network identifier of the frames, of a VXLAN that carries several. */
  srcVni?: number | undefined;
  /** The link by which it is reached. */
  via?: LinkRef | undefined;
  /** Id of a nexthop object instead of `destination`. */
  nexthopId?: number | undefined;
}

/** Which entries to list; the kernel picks them. */
export interface FdbFilter {
  /** Only those of this bridge and its ports. */
  bridge?: LinkRef | undefined;
  /** Only those of this link; takes in its own table and, if it is a port, the bridge's entries by it. */
  port?: LinkRef | undefined;
}

const SETTINGS = ['table', 'state', 'vlan', 'flags', 'destination', 'port', 'vni', 'srcVni', 'via', 'nexthopId'];

/** NUD_* as `fdb_modify` in iproute2's bridge/fdb.c puts them. */
const STATES = {
  permanent: ['noarp', 'permanent'],
  static: ['reachable', 'noarp'],
  dynamic: ['reachable'],
} as const;

/** `bridge fdb`: which port of a bridge, or which end of a tunnel, a hardware address is behind. */
export class ForwardingDatabase {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Add an entry: `bridge fdb add 02:00:00:00:00:05 dev p0 master static`. Rejects with EEXIST if there is one. */
  async add(link: LinkRef, address: string, settings: FdbSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('add', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, link, address, settings, options);
  }

  /** Add an entry, or change the one there is: `bridge fdb replace`. */
  async replace(link: LinkRef, address: string, settings: FdbSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('replace', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, link, address, settings, options);
  }

  /** Add one more destination to an address of a VXLAN, `00:00:00:00:00:00` for flooding: `bridge fdb append`. */
  async append(link: LinkRef, address: string, settings: FdbSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('append', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_APPEND, link, address, settings, options);
  }

  /** Delete an entry: `bridge fdb delete`. Rejects with ENOENT if there is none. */
  async delete(link: LinkRef, address: string, settings: FdbSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('delete', RTM_DELNEIGH, 0, link, address, settings, options);
  }

  /** All entries, or those that match: `bridge fdb show`. */
  async list(filter: FdbFilter & WaitOptions = {}): Promise<FdbEntry[]> {
    const { signal, timeout, ...conditions } = filter;
    checkKeys(conditions, ['bridge', 'port'], 'fdb list');
    const options = { signal, timeout };
    const find = (ref: LinkRef | undefined): Promise<number> | undefined =>
      ref === undefined ? undefined : indexOf(this.#context, ref, 'fdb list', options);
    const [master, ifindex] = await Promise.all([find(conditions.bridge), find(conditions.port)]);
    const messages = await this.#context.socket.dump(
      RTM_GETNEIGH,
      { family: AF.bridge, ifindex, attrs: { master } },
      { ...options, operation: 'fdb list' },
    );
    return messages.map(message => new FdbEntry(message as NeighbourMessage));
  }

  async #send(
    verb: string,
    type: typeof RTM_NEWNEIGH | typeof RTM_DELNEIGH,
    flags: number,
    link: LinkRef,
    address: string,
    settings: FdbSettings,
    options: WaitOptions,
  ): Promise<void> {
    checkLinkRef(link);
    const operation = `fdb ${verb} ${address} dev ${linkLabel(link)}`;
    const { attrs, ...header } = fdbInput(address, settings, verb);
    const [ifindex, via] = await Promise.all([
      indexOf(this.#context, link, operation, options),
      settings.via === undefined ? undefined : indexOf(this.#context, settings.via, operation, options),
    ]);
    const body = { ...header, ifindex, attrs: { ...attrs, ifindex: via } };
    const hint = (code: string): string | undefined => this.#hint(code, address, link);
    await this.#context.socket.request(type, body, { ...options, flags, operation, hint });
  }

  #hint(code: string, address: string, link: LinkRef): string | undefined {
    if (code === 'EEXIST') return `${linkLabel(link)} has an entry for ${address} already; replace() changes it`;
    if (code === 'ENOENT') return `${linkLabel(link)} has no entry for ${address} in this table`;
    if (code === 'EOPNOTSUPP') return `${linkLabel(link)} has no such table; 'master' takes a port of a bridge`;
    return commonHint(this.#context, code);
  }
}

function fdbInput(lladdr: string, settings: FdbSettings, verb: string): NeighbourInput {
  checkKeys(settings, SETTINGS, `fdb ${verb}`);
  const { table = 'self', state = 'permanent', vlan, flags = [], destination, port, vni, srcVni, nexthopId } = settings;
  if (hardwareBytes('address', lladdr).length !== 6)
    throw new RangeError(`address: expected 6 bytes like 02:00:00:00:00:01, got ${lladdr}`);
  if (table !== 'self' && table !== 'master')
    throw new RangeError(`table: expected 'master' or 'self', got ${String(table)}`);
  if (!Object.hasOwn(STATES, state))
    throw new RangeError(`state: expected ${Object.keys(STATES).join(', ')}, got ${String(state)}`);
  if (vlan !== undefined && !(Number.isInteger(vlan) && vlan >= 1 && vlan <= 4094))
    throw new RangeError(`vlan: expected 1 to 4094, got ${String(vlan)}`);
  return {
    family: AF.bridge,
    state: STATES[state],
    flags: [table, ...flags],
    attrs: {
      lladdr,
      dst: destination === undefined ? undefined : parseAddress(destination, 'destination').address,
      vlan,
      nhId: nexthopId,
      port,
      vni,
      srcVni,
    },
  };
}
