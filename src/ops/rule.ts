import type { Rule as RuleMessage } from '../protocol/rtnetlink/index.js';
import { AF_INET, AF_INET6 } from './cidr.js';
import { plain } from './plain.js';

/** A rule of policy routing as it was when it was asked for (`ip rule show`). */
export class Rule {
  /** Rules are tried in ascending order. */
  readonly priority: number;
  /** 4 or 6; undefined for multicast routing. */
  readonly family: 4 | 6 | undefined;
  /** What it does with a packet: `'toTable'`, `'goto'`, `'nop'`, `'blackhole'`, `'unreachable'`, `'prohibit'`. */
  readonly action: RuleMessage['action'];
  /** RT_TABLE_*: the table that `toTable` looks in; undefined for other actions. */
  readonly table: string | number | undefined;
  /** Priority of the rule that `goto` goes on with. */
  readonly goto: number | undefined;
  /** Whether it matches what it would not match (`not`). */
  readonly not: boolean;
  /** The packet's source, in CIDR form; undefined for any. */
  readonly from: string | undefined;
  /** Its destination. */
  readonly to: string | undefined;
  /** Name of the link it came in by; `'lo'` for this machine's own. */
  readonly iif: string | undefined;
  /** Name of the link that its sender has bound its socket to. */
  readonly oif: string | undefined;
  /** Its mark. */
  readonly mark: number | undefined;
  /** The bits of the mark that are compared. */
  readonly markMask: number | undefined;
  /** Its type of service. */
  readonly tos: number;
  /** Its protocol: 6 for TCP. */
  readonly ipProto: number | undefined;
  /** RTPROT_*: who made the rule. */
  readonly protocol: RuleMessage['attrs']['protocol'];
  /** FIB_RULE_*: `'permanent'`, `'invert'`, `'unresolved'`, `'iifDetached'` …. */
  readonly flags: readonly (string | number)[];

  readonly #message: RuleMessage;

  constructor(message: RuleMessage) {
    const { attrs } = message;
    this.#message = message;
    this.priority = attrs.priority ?? 0;
    this.family = message.family === AF_INET ? 4 : message.family === AF_INET6 ? 6 : undefined;
    this.action = message.action;
    this.table = message.action === 'toTable' ? (attrs.table ?? message.table) : undefined;
    this.goto = attrs.goto;
    this.not = message.flags.includes('invert');
    this.from = attrs.src === undefined ? undefined : `${attrs.src}/${message.srcLen}`;
    this.to = attrs.dst === undefined ? undefined : `${attrs.dst}/${message.dstLen}`;
    this.iif = attrs.iifname;
    this.oif = attrs.oifname;
    this.mark = attrs.fwmark;
    this.markMask = attrs.fwmask;
    this.tos = message.tos;
    this.ipProto = attrs.ipProto;
    this.protocol = attrs.protocol;
    this.flags = message.flags;
  }

  /** The complete decoded message, by the kernel's names: ranges of users and ports, suppressed prefixes …. */
  get message(): RuleMessage {
    return this.#message;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    return plain({ ...this }) as object;
  }
}
