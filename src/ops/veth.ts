import type { WaitOptions } from '../socket/exchange.js';
import type { Context } from './context.js';
import type { NamespaceRef } from './namespace-ref.js';
import type { Ip } from './open.js';
import { Sites } from './sites.js';
import { VethEnd } from './veth-end.js';
import { planOf, type VethEndSettings } from './veth-input.js';
import { VethPair } from './veth-pair.js';

/** Pairs of virtual Ethernet links. */
export class Veths {
  readonly #sites: Sites;
  readonly #open: (netns: NamespaceRef | undefined) => Ip;

  constructor(context: Context, open: (netns: NamespaceRef | undefined) => Ip) {
    this.#sites = new Sites(context);
    this.#open = open;
  }

  /**
   * Make a pair, both ends complete: in their namespaces (born there, not moved), in their bridges, with their addresses,
   * up. All or nothing: whatever fails, and whenever, the pair is removed again before the promise rejects. What
   * `ip link add NAME … type veth peer name NAME …`, `ip address add` and `ip link set` do for both ends.
   *
   * ```ts
   * const [a, b] = await ip.veth.create(
   *   { name: 'veth1', netns: ns1, addresses: ['172.20.1.1/24'], up: true },
   *   { name: 'veth2', netns: ns2, addresses: ['172.20.1.2/24'], up: true },
   * );
   * ```
   *
   * With `numTxQueues: 1, numRxQueues: 1` on both ends it takes about half the time. A link that is up may take a moment
   * until it is operational: `a.open().link.waitFor(a.link, { operState: 'up' })`.
   *
   * Rejects with NetlinkError: EEXIST if a name is taken, ENODEV if there is no such master; its `operation` says at which
   * step. With SyscallError if a namespace cannot be opened or entered (that takes CAP_SYS_ADMIN). With AggregateError if
   * the pair could not be removed again.
   */
  async create(a: VethEndSettings, b: VethEndSettings, options: WaitOptions = {}): Promise<[VethEnd, VethEnd]> {
    const plans = [planOf(a, 'a'), planOf(b, 'b')] as const;
    using siteA = this.#sites.enter(a.netns);
    using siteB = this.#sites.enter(b.netns);
    const pair = new VethPair({ plan: plans[0], site: siteA }, { plan: plans[1], site: siteB }, options);
    const [linkA, linkB] = await pair.create();
    return [
      new VethEnd(linkA, a.netns, () => this.#open(a.netns)),
      new VethEnd(linkB, b.netns, () => this.#open(b.netns)),
    ];
  }
}
