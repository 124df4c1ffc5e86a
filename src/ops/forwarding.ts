import { readFileSync, writeFileSync } from 'node:fs';
import { NETCONFA_IFINDEX_ALL, RTM_GETNETCONF, RTM_NEWLINK } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { AF_INET, AF_INET6 } from './cidr.js';
import { type Context, commonHint, getLink, indexOf } from './context.js';
import { checkKeys } from './link-input.js';
import { type LinkRef, linkLabel } from './names.js';

/** Whether packets are sent on to others. */
export interface ForwardingState {
  ipv4: boolean;
  ipv6: boolean;
}

/** What to change: of the whole namespace, or of one link. */
export interface ForwardingChanges extends Partial<ForwardingState> {
  /** Only packets that come in by this link. */
  link?: LinkRef | undefined;
}

const GLOBAL_IPV4 = '/proc/sys/net/ipv4/ip_forward';
const ipv6File = (link: string): string => `/proc/sys/net/ipv6/conf/${link}/forwarding`;

/**
 * Whether a namespace is a router: what `sysctl net.ipv4.ip_forward`, `net.ipv4.conf.LINK.forwarding` and
 * `net.ipv6.conf.LINK.forwarding` say.
 */
export class Forwarding {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Send packets on, or no longer. Without `link` it is the namespace that changes, and with it every link it has and
   * will have. A link that forwards IPv6 is a router: it takes no addresses or routes from router advertisements.
   *
   * One link's IPv4 setting is changed by netlink. For the others the kernel has files in /proc/sys only, which are
   * written from within the namespace; the thread must be allowed to enter it.
   */
  async set(changes: ForwardingChanges, options: WaitOptions = {}): Promise<void> {
    checkKeys(changes, ['ipv4', 'ipv6', 'link'], 'forwarding set');
    const { ipv4, ipv6, link } = changes;
    checkBoolean('ipv4', ipv4);
    checkBoolean('ipv6', ipv6);
    if (link === undefined) {
      if (ipv4 !== undefined) this.#write(GLOBAL_IPV4, ipv4);
      if (ipv6 !== undefined) this.#write(ipv6File('all'), ipv6);
      return;
    }
    const operation = `forwarding set ${linkLabel(link)}`;
    const { index, name } = await getLink(this.#context, link, operation, options, true);
    if (ipv4 !== undefined) {
      const afSpec = { inet: { conf: { forwarding: Number(ipv4) } } };
      const hint = (code: string): string | undefined => commonHint(this.#context, code);
      await this.#context.socket.request(RTM_NEWLINK, { index, attrs: { afSpec } }, { ...options, operation, hint });
    }
    if (ipv6 !== undefined) this.#write(ipv6File(name), ipv6);
  }

  /** Whether packets are sent on, by the namespace or those that come in by `link`. */
  async get({ link, ...options }: { link?: LinkRef | undefined } & WaitOptions = {}): Promise<ForwardingState> {
    const operation = `forwarding get${link === undefined ? '' : ` ${linkLabel(link)}`}`;
    const ifindex = link === undefined ? NETCONFA_IFINDEX_ALL : await indexOf(this.#context, link, operation, options);
    const hint = (code: string): string | undefined => commonHint(this.#context, code);
    const [ipv4, ipv6] = await Promise.all(
      [AF_INET, AF_INET6].map(async family => {
        const body = { family, attrs: { ifindex } };
        const { attrs } = await this.#context.socket.get(RTM_GETNETCONF, body, { ...options, operation, hint });
        return (attrs.forwarding ?? 0) !== 0;
      }),
    );
    return { ipv4: ipv4!, ipv6: ipv6! };
  }

  #write(file: string, on: boolean): void {
    this.#context.socket.inside(() => {
      if (readFileSync(file, 'utf8').trim() !== String(Number(on))) writeFileSync(file, String(Number(on)));
    });
  }
}

/** Throws TypeError. */
export function checkBoolean(argument: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw new TypeError(`${argument}: expected true or false, got ${String(value)}`);
}
