import { DecodeError } from '../protocol/errors.js';
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../protocol/header.js';
import { RTM_NEWADDR, RTM_NEWLINK } from '../protocol/rtnetlink/index.js';
import { checkSignal } from '../socket/abort.js';
import { OverrunError, SyscallError, TimeoutError } from '../socket/errors.js';
import type { RequestOptions, WaitOptions } from '../socket/exchange.js';
import { commonHint, getLink, indexOf } from './context.js';
import { type Link, loneLinkCodec } from './link.js';
import { addHint, setHint } from './link-hints.js';
import { type End, undo, type VethEndPlan } from './veth-undo.js';

/** The making of one pair, and the unmaking if it fails. */
export class VethPair {
  readonly #a: End;
  readonly #b: End;
  readonly #options: WaitOptions;
  readonly #operation: string;

  constructor(a: VethEndPlan, b: VethEndPlan, options: WaitOptions) {
    this.#a = { ...a };
    this.#b = { ...b };
    this.#options = options;
    this.#operation = `veth create ${a.plan.name} ${b.plan.name}`;
  }

  async create(): Promise<[Link, Link]> {
    checkSignal(this.#options.signal, this.#operation);
    const ends = [this.#a, this.#b] as const;
    await Promise.all(ends.map(end => this.#findMaster(end)));
    const [first, second] = inOrder(...ends);
    await this.#make(first, second);
    try {
      if (first.index === undefined || second.index === undefined) await settle(ends.map(end => this.#findIndex(end)));
      await settle(ends.flatMap(end => this.#finish(end)));
      return await settle([this.#get(this.#a), this.#get(this.#b)]);
    } catch (error) {
      await undo(this.#operation, first, second, error);
      throw error;
    }
  }

  async #findMaster(end: End): Promise<void> {
    const { master } = end.plan;
    if (master === undefined) return;
    end.master = await indexOf(end.site.context, master, this.#step(`master of ${end.plan.name}`), this.#options);
  }

  /**
   * The request is sent from the first end's namespace where that is possible: only there the kernel reports the new link
   * with its acknowledgement. It must not be given up half-way, so the signal is heeded before and after it.
   */
  async #make(first: End, second: End): Promise<void> {
    const sender = hasEcho(first, second) ? first.site : second.site;
    const elsewhere = ({ site }: End): number | undefined => (site === sender ? undefined : site.fd);
    const peer = second.plan.birth(elsewhere(second));
    const body = first.plan.birth(elsewhere(first), { linkinfo: { kind: 'veth', data: { peer } } });
    const { signal, ...options } = this.#options;
    checkSignal(signal, this.#operation);
    try {
      const { results } = await sender.context.socket.request(RTM_NEWLINK, body, {
        ...options,
        flags: NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO,
        operation: this.#operation,
        hint: (code, words) => this.#makeHint(code, words, first, second),
        as: loneLinkCodec,
      });
      const made = results.find(link => link.name === first.plan.name);
      first.index = made?.index;
      second.index = made?.linkIndex;
    } catch (error) {
      if (isUndecided(error)) await undo(this.#operation, first, second, error);
      throw error;
    }
  }

  #makeHint(code: string, words: string | undefined, first: End, second: End): string | undefined {
    const [{ plan, site }, other] = [first, second];
    if (code === 'EEXIST') {
      const index = plan.index === undefined ? '' : `, or one with index ${plan.index}`;
      return `a link named "${plan.name}" in ${site.context.where} or "${other.plan.name}" in ${other.site.context.where} already exists${index}`;
    }
    if (code === 'EBUSY') return 'the index is taken';
    return addHint(site.context, code, { kind: 'veth', ...plan.settings, peer: other.plan.settings }, words);
  }

  /** Where the kernel did not say it (up to Linux 6.1, or from another namespace). */
  async #findIndex(end: End): Promise<void> {
    const { plan, site } = end;
    end.index = (
      await getLink(site.context, plan.name, this.#step(`link get ${plan.name}`), this.#options, true)
    ).index;
  }

  /** Addresses first, so that the link is complete when it goes up. All of it leaves in one datagram. */
  #finish({ plan, site: { context }, index = 0, master }: End): Promise<unknown>[] {
    const requests: Promise<unknown>[] = plan.addresses.map(({ text, body }) =>
      context.socket.request(
        RTM_NEWADDR,
        { ...body, index },
        this.#how(`address add ${text} dev ${plan.name}`, code =>
          code === 'EEXIST' ? `${plan.name} has ${text} already` : commonHint(context, code),
        ),
      ),
    );
    const change = plan.change(index, master);
    if (change === undefined) return requests;
    const hint = (code: string): string | undefined => setHint(context, code, plan.name, { master: plan.master });
    const options = { ...this.#how(`link set ${plan.name}`, hint), flags: 0 };
    return [...requests, context.socket.request(RTM_NEWLINK, change, options)];
  }

  #get({ plan, site, index }: End): Promise<Link> {
    return getLink(site.context, index!, this.#step(`link get ${plan.name}`), this.#options);
  }

  #how(step: string, hint: (code: string) => string | undefined): RequestOptions {
    return { ...this.#options, flags: NLM_F_CREATE | NLM_F_EXCL, operation: this.#step(step), hint };
  }

  #step(what: string): string {
    return `${this.#operation}: ${what}`;
  }
}

/** Whether the request for the pair can be sent from the first end's namespace: the other's must be known by descriptor. */
const hasEcho = (first: VethEndPlan, second: VethEndPlan): boolean =>
  first.site === second.site || second.site.fd !== undefined;

/**
 * Which end is made first and which as its peer. drivers/net/veth.c heeds the peer's index only if the first has one, and
 * the kernel reports the first only to its own namespace.
 */
function inOrder(a: End, b: End): [End, End] {
  const heeded = ([first, second]: [End, End]): boolean =>
    second.plan.index === undefined || first.plan.index !== undefined;
  const orders = (
    [
      [a, b],
      [b, a],
    ] as [End, End][]
  ).filter(heeded);
  return orders.find(order => hasEcho(...order)) ?? orders[0]!;
}

/** All must have come to an end before a failure is thrown: nothing may be under way any more when the pair is removed. */
async function settle<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** Whether the request may have taken effect although it failed: its answer did not arrive. */
export const isUndecided = (error: unknown): boolean =>
  error instanceof OverrunError ||
  error instanceof TimeoutError ||
  error instanceof DecodeError ||
  (error instanceof SyscallError && error.syscall === 'recvmsg');
