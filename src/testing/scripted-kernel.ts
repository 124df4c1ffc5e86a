import { explain } from '../protocol/explain.js';
import type { Message, MessageInput } from '../protocol/frame.js';
import { ERRNO } from '../socket/errno.js';
import { encodeAll } from './answer.js';
import { type Delivery, Expectation } from './expectation.js';
import type { RequestPattern } from './pattern.js';
import type { ReceivedRequest } from './request.js';
import { ScriptError } from './script-error.js';
import { ScriptedTransport } from './scripted-transport.js';

/**
 * A kernel that does what a script says, for the tests of programs that use this library: no root, no namespaces, any
 * system. Requests are expected in the order of the script.
 *
 * ```ts
 * const kernel = new ScriptedKernel();
 * kernel.expect({ type: RTM_GETLINK, body: { attrs: { ifname: 'veth1' } } }).error('ENODEV');
 * await using ip = open({ transport: kernel.open() });
 * await expect(ip.link.get('veth1')).rejects.toMatchObject({ code: 'ENODEV' });
 * kernel.done();
 * ```
 */
export class ScriptedKernel {
  /** Every request that came, decoded, in order. */
  readonly requests: Message[] = [];
  /** Every socket that was opened, `sibling`s included. */
  readonly sockets: ScriptedTransport[] = [];
  readonly #expected: Expectation[] = [];
  readonly #allowed: Expectation[] = [];
  readonly #problems: string[] = [];
  readonly #onJoin = new Map<number, Delivery[]>();
  #next = 0;

  /** A socket: what `open({ transport })` takes. */
  open(): ScriptedTransport {
    const socket = new ScriptedTransport(this, 1000 + this.sockets.length);
    this.sockets.push(socket);
    return socket;
  }

  /** The next request must be this one. Say on what is returned how it is answered. */
  expect(request: RequestPattern): Expectation {
    const expectation = new Expectation(request);
    this.#expected.push(expectation);
    return expectation;
  }

  /** Requests of this kind may come at any time, any number of them, also none. */
  allow(request: RequestPattern): Expectation {
    const expectation = new Expectation(request);
    this.#allowed.push(expectation);
    return expectation;
  }

  /** Tell the sockets that joined multicast group `group` (RTNLGRP_*), in one datagram. */
  notify(group: number, messages: MessageInput | readonly MessageInput[], { nsid }: { nsid?: number } = {}): void {
    const all = Array.isArray(messages) ? (messages as readonly MessageInput[]) : [messages as MessageInput];
    const bytes = encodeAll(all);
    for (const socket of this.sockets) {
      if (socket.groups.has(group)) socket.deliver({ bytes: bytes.slice(), length: bytes.length, sender: 0, nsid });
    }
  }

  /** What socket number `socket`, counted from 1 as they are opened, receives when it joins its first group. */
  deliverOnJoin(socket: number, delivery: Delivery): void {
    this.#onJoin.set(socket, [...(this.#onJoin.get(socket) ?? []), delivery]);
  }

  /** A socket has joined a group. */
  joined(socket: ScriptedTransport): void {
    const number = this.sockets.indexOf(socket) + 1;
    for (const delivery of this.#onJoin.get(number) ?? []) socket.deliver(delivery);
    this.#onJoin.delete(number);
  }

  /** The receive buffers of the sockets that joined `group` run over. */
  overrun(group: number): void {
    for (const socket of this.sockets) if (socket.groups.has(group)) socket.deliver({ errno: ERRNO.ENOBUFS[0] });
  }

  /** Throws ScriptError unless all that was expected has come, and nothing else. */
  done(): void {
    const unmet = this.#expected.slice(this.#next);
    const problems = [...this.#problems];
    if (unmet.length > 0) {
      const list = unmet.map(
        (each, i) => `${this.#next + i + 1}. ${each}${each.left > 1 ? ` (${each.left} times)` : ''}`,
      );
      problems.push(`these requests were expected and did not come:\n${list.join('\n')}`);
    }
    if (problems.length > 0) throw new ScriptError(problems.join('\n\n'));
  }

  /** A socket sends a request. Throws ScriptError if it is not in the script. */
  take(request: ReceivedRequest, from: Pick<ScriptedTransport, 'deliver'>): void {
    this.requests.push(request.message);
    const to = {
      deliver: (delivery: Delivery): void => from.deliver(delivery),
      fail: (error: unknown): void => void this.#problems.push(String(error)),
    };
    const expected = this.#expected[this.#next];
    const wrong = expected === undefined ? 'nothing more is expected' : expected.difference(request);
    if (wrong === undefined) {
      if (expected!.left === 1) this.#next++;
      expected!.answer(request, to);
      return;
    }
    const allowed = this.#allowed.find(each => each.difference(request) === undefined);
    if (allowed !== undefined) allowed.answer(request, to);
    else this.#refuse(request, expected, wrong);
  }

  #refuse({ bytes }: ReceivedRequest, expected: Expectation | undefined, wrong: string): never {
    const what = expected === undefined ? wrong : `request ${this.#next + 1} of the script is ${expected}\n${wrong}`;
    const problem = `unexpected request: ${what}\nthe request:\n${explain(bytes)}`;
    this.#problems.push(problem);
    throw new ScriptError(problem);
  }
}
