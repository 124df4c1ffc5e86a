import type { Encodable } from '../protocol/codec.js';
import type { bridgeVlanInfo } from '../protocol/rtnetlink/bridge-spec.js';
import { AF, type Link as LinkMessage, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK } from '../protocol/rtnetlink/index.js';
import type { bridgePortAttrs } from '../protocol/rtnetlink/link-kinds/bridge-port.js';
import type { WaitOptions } from '../socket/exchange.js';
import { type Context, commonHint, indexOf, SKIP_STATS } from './context.js';
import { type Link, linkCodec } from './link.js';
import { checkKeys } from './link-input.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';

type PortAttrs = Encodable<typeof bridgePortAttrs>;
/** What can be set; the rest of IFLA_BRPORT_* the kernel reports, and ignores in requests. */
export const PORT_SETTINGS = [
  ...(['state', 'priority', 'cost', 'mode', 'guard', 'protect', 'fastLeave', 'learning', 'unicastFlood'] as const),
  ...(['proxyarp', 'learningSync', 'proxyarpWifi', 'flush', 'multicastRouter', 'mcastFlood', 'mcastToUcast'] as const),
  ...(['vlanTunnel', 'bcastFlood', 'groupFwdMask', 'neighSuppress', 'isolated', 'backupPort'] as const),
  ...(['mcastEhtHostsLimit', 'locked', 'mab', 'mcastMaxGroups', 'neighVlanSuppress', 'backupNhid'] as const),
  'neighForwardGrat' as const,
];

/** Settings of a bridge port, IFLA_BRPORT_* by the kernel's names; switches may be `true` and `false`. */
export type BridgePortSettings = {
  [K in (typeof PORT_SETTINGS)[number]]?: PortAttrs[K] | boolean | undefined;
};

/** A VLAN of a bridge port, or of the bridge itself. */
export interface BridgeVlan {
  /** Index of the port, or of the bridge. */
  readonly index: number;
  /** 1 to 4094. */
  readonly vid: number;
  /** Untagged packets that come in belong to it. */
  readonly pvid: boolean;
  /** Its packets go out untagged. */
  readonly untagged: boolean;
}

/** How a port is to take part in a VLAN. */
export interface BridgeVlanSettings {
  /** Untagged packets that come in belong to it. A port has one at most: it moves. */
  pvid?: boolean | undefined;
  /** Its packets go out untagged. */
  untagged?: boolean | undefined;
  /** The link is the bridge, and it is the machine itself that takes part. */
  self?: boolean | undefined;
}

/** VLANs by number: one, or the first and the last of a range. */
export type VlanRange = number | readonly [first: number, last: number];

/** `bridge link` and `bridge vlan`. A link becomes a port with `ip.link.set(port, { master: bridge })`. */
export class Bridges {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The ports of a bridge: `bridge link show`. Their settings are in `portData`. */
  async ports(bridge: LinkRef, options: WaitOptions = {}): Promise<Link[]> {
    const operation = `bridge ports ${linkLabel(bridge)}`;
    const master = await indexOf(this.#context, bridge, operation, options);
    const attrs = { extMask: SKIP_STATS, master };
    return this.#context.socket.dump(RTM_GETLINK, { attrs }, { ...options, operation, as: linkCodec });
  }

  /** Change a port's settings: `bridge link set dev p0 cost 10 learning off`. Rejects with EOPNOTSUPP if it is no port. */
  async setPort(port: LinkRef, settings: BridgePortSettings, options: WaitOptions = {}): Promise<void> {
    checkKeys(settings, PORT_SETTINGS, 'bridge set port');
    const operation = `bridge set port ${linkLabel(port)}`;
    const protinfo = portAttrs(settings);
    const index = await indexOf(this.#context, port, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, port);
    // Not as the port's IFLA_INFO_SLAVE_DATA: of a link in a bond the kernel would take them for the bond's settings.
    await this.#context.socket.request(
      RTM_SETLINK,
      { family: AF.bridge, index, attrs: { protinfo } },
      { ...options, operation, hint },
    );
  }

  /** The VLANs of all bridge ports, or of one, or of a bridge itself: `bridge vlan show`. */
  async vlans({ link, ...options }: { link?: LinkRef | undefined } & WaitOptions = {}): Promise<BridgeVlan[]> {
    const wanted = link === undefined ? undefined : await indexOf(this.#context, link, 'bridge vlan list', options);
    // A link's own cannot be asked for: with strict checking the kernel refuses an index here.
    const messages = await this.#context.socket.dump(
      RTM_GETLINK,
      { family: AF.bridge, attrs: { extMask: ['brvlanCompressed'] } },
      { ...options, operation: 'bridge vlan list' },
    );
    return (messages as LinkMessage[])
      .filter(({ index }) => wanted === undefined || index === wanted)
      .flatMap(({ index, attrs }) => expand(index, (attrs.afSpec as BridgeSpec | undefined)?.vlanInfo ?? []));
  }

  /**
   * Have a port take part in a VLAN, or in a range of them: `bridge vlan add dev p0 vid 10 pvid untagged`. The bridge
   * heeds VLANs once its `vlanFiltering` is 1. Rejects with EOPNOTSUPP if it is no port, or the kernel has no such VLANs.
   */
  async addVlan(
    port: LinkRef,
    vlan: VlanRange,
    settings: BridgeVlanSettings = {},
    options: WaitOptions = {},
  ): Promise<void> {
    await this.#vlan('add', RTM_SETLINK, port, vlan, settings, options);
  }

  /**
   * Have a port leave a VLAN, or a range of them: `bridge vlan delete dev p0 vid 10`. The kernel says OK too where the
   * port is not in it.
   */
  async deleteVlan(
    port: LinkRef,
    vlan: VlanRange,
    settings: Pick<BridgeVlanSettings, 'self'> = {},
    options: WaitOptions = {},
  ): Promise<void> {
    await this.#vlan('delete', RTM_DELLINK, port, vlan, settings, options);
  }

  async #vlan(
    verb: string,
    type: typeof RTM_SETLINK | typeof RTM_DELLINK,
    port: LinkRef,
    vlan: VlanRange,
    settings: BridgeVlanSettings,
    options: WaitOptions,
  ): Promise<void> {
    checkLinkRef(port);
    checkKeys(settings, verb === 'add' ? ['pvid', 'untagged', 'self'] : ['self'], `bridge vlan ${verb}`);
    const vlanInfo = vlanInput(vlan, settings);
    const label = typeof vlan === 'number' ? vlan : vlan.join('-');
    const operation = `bridge vlan ${verb} ${label} dev ${linkLabel(port)}`;
    const index = await indexOf(this.#context, port, operation, options);
    const self = settings.self === true;
    const afSpec = { ...(self && { flags: ['self' as const] }), vlanInfo };
    const hint = (code: string): string | undefined =>
      code === 'EOPNOTSUPP'
        ? `${linkLabel(port)} is no ${self ? 'bridge' : 'port of a bridge'}, or the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)`
        : this.#hint(code, port);
    await this.#context.socket.request(
      type,
      { family: AF.bridge, index, attrs: { afSpec } },
      { ...options, operation, hint },
    );
  }

  #hint(code: string, port: LinkRef): string | undefined {
    if (code === 'EOPNOTSUPP') return `${linkLabel(port)} is no port of a bridge`;
    if (code === 'ENODEV') return `there is no link ${linkLabel(port)} in ${this.#context.where}`;
    return commonHint(this.#context, code);
  }
}

type VlanInfo = Encodable<typeof bridgeVlanInfo>;
interface BridgeSpec {
  vlanInfo?: readonly { readonly vid: number; readonly flags: readonly (string | number)[] }[];
}

/** The kernel wants 0 and 1 for a switch, and for `flush` an attribute without a payload. */
function portAttrs(settings: BridgePortSettings): PortAttrs {
  const plain = (name: string, value: unknown): unknown =>
    typeof value !== 'boolean' ? value : name === 'flush' ? value || undefined : Number(value);
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, plain(name, value)])) as PortAttrs;
}

function vlanInput(vlan: VlanRange, { pvid, untagged }: BridgeVlanSettings): VlanInfo[] {
  const [first, last] = typeof vlan === 'number' ? [vlan, vlan] : vlan;
  const fits = (vid: number): boolean => Number.isInteger(vid) && vid >= 1 && vid <= 4094;
  if (!(fits(first) && fits(last) && first <= last))
    throw new RangeError(`vlan: expected a number or [first, last] from 1 to 4094, got ${String(vlan)}`);
  if (pvid === true && first !== last) throw new RangeError('pvid: a port has one at most; give one VLAN, not a range');
  const flags = [...(pvid === true ? (['pvid'] as const) : []), ...(untagged === true ? (['untagged'] as const) : [])];
  if (first === last) return [{ vid: first, flags }];
  return [
    { vid: first, flags: [...flags, 'rangeBegin'] },
    { vid: last, flags: [...flags, 'rangeEnd'] },
  ];
}

/** One for each VLAN; the kernel sends runs of them as their first and last. */
function expand(index: number, list: NonNullable<BridgeSpec['vlanInfo']>): BridgeVlan[] {
  let first = 0;
  return list.flatMap(({ vid, flags }) => {
    if (flags.includes('rangeBegin')) first = vid;
    if (flags.includes('rangeBegin')) return [];
    const from = flags.includes('rangeEnd') ? first : vid;
    const [pvid, untagged] = [flags.includes('pvid'), flags.includes('untagged')];
    return Array.from({ length: vid - from + 1 }, (_, i) => ({ index, vid: from + i, pvid, untagged }));
  });
}
