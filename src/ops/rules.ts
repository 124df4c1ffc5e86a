import { NLM_F_CREATE, NLM_F_EXCL } from '../protocol/header.js';
import {
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
  type RuleInput,
  type Rule as RuleMessage,
  routeTable,
} from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { AF_INET, AF_INET6, familyNumber, parseNetwork } from './cidr.js';
import { type Context, commonHint } from './context.js';
import { type Ensured, ensureObject } from './ensure/ensure.js';
import { findRule } from './ensure/rule.js';
import { checkKeys } from './link-input.js';
import { checkLinkName } from './names.js';
import { type RouteProtocol, type RouteTable, tableNumber } from './route-input.js';
import { Rule } from './rule.js';

/** A rule: the packets that it matches, and what it does with them. */
export interface RuleSettings {
  /** 4 or 6; by default what `from` and `to` are, or 4. */
  family?: 4 | 6 | undefined;
  /** The packet's source, in CIDR form. */
  from?: string | undefined;
  /** Its destination. */
  to?: string | undefined;
  /** Name of the link it came in by; `'lo'` for this machine's own. The link need not exist. */
  iif?: string | undefined;
  /** Name of the link that its sender has bound its socket to. */
  oif?: string | undefined;
  /** Its mark. */
  mark?: number | undefined;
  /** The bits of the mark that are compared; by default all. */
  markMask?: number | undefined;
  /** Its type of service. */
  tos?: number | undefined;
  /** The user who sends it: the first and the last. */
  uidRange?: readonly [number, number] | undefined;
  /** Its protocol: 6 TCP, 17 UDP. */
  ipProto?: number | undefined;
  /** Its source port: one, or the first and the last. */
  sport?: number | readonly [number, number] | undefined;
  /** Its destination port: one, or the first and the last. */
  dport?: number | readonly [number, number] | undefined;
  /** Key of the tunnel it came by. */
  tunnelId?: bigint | number | undefined;
  /** Match what would not match. */
  not?: boolean | undefined;
  /** Rules are tried in ascending order; by default it comes just before the first one after 0. */
  priority?: number | undefined;
  /** By default `'toTable'`, with `goto` `'goto'`. */
  action?: 'toTable' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit' | undefined;
  /** The table to look in; by default `'main'`. */
  table?: RouteTable | undefined;
  /** The table is that of the VRF the packet is in, instead of `table`. */
  l3mdev?: boolean | undefined;
  /** Priority of the rule to go on with; it must come after this one. */
  goto?: number | undefined;
  /** A route to so many bits or fewer does not count: 0 for all but default routes. */
  suppressPrefixLength?: number | undefined;
  /** A route by a link of this group does not count. */
  suppressGroup?: number | undefined;
  /** RTPROT_*: who made it. */
  protocol?: RouteProtocol | undefined;
}

const SETTINGS = [
  ...['family', 'from', 'to', 'iif', 'oif', 'mark', 'markMask', 'tos', 'uidRange', 'ipProto', 'sport', 'dport'],
  ...['tunnelId', 'not', 'priority', 'action', 'table', 'l3mdev', 'goto', 'suppressPrefixLength', 'suppressGroup'],
  'protocol',
];

/** What `rule.ensure` found or did. */
export interface RuleEnsured extends Ensured {
  /** The rule as it is now. */
  readonly rule: Rule;
}

/** `ip rule`: which table a packet's route is looked up in. */
export class Rules {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Add a rule: `ip rule add from 10.0.0.0/24 table 5`. Rejects with EEXIST if there is the same one. */
  async add(settings: RuleSettings, options: WaitOptions = {}): Promise<void> {
    const body = ruleInput(settings, 'add');
    await this.#send('add', RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, body, options);
  }

  /**
   * See to it that there is a rule as described: for these packets and no others, and with this effect. Without
   * `priority`, one of any priority will do. A rule has nothing that could be changed: others are left alone.
   */
  async ensure(settings: RuleSettings, options: WaitOptions = {}): Promise<RuleEnsured> {
    const body = ruleInput(settings, 'add');
    const family = body.family === AF_INET ? 4 : 6;
    const { found, ...ensured } = await ensureObject<Rule>({
      operation: 'rule ensure',
      look: async () => findRule(await this.list({ family, ...options }), body),
      add: () => this.#send('ensure', RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, body, options),
      compare: () => ({ changes: [], conflicts: [] }),
      change: async () => {},
    });
    return { ...ensured, rule: found };
  }

  /**
   * Delete a rule: the first of which all that is given is true (`ip rule delete`), or the one that `list` returned.
   * At least one condition is needed. Rejects with ENOENT if there is none.
   */
  async delete(rule: Rule | RuleSettings, options: WaitOptions = {}): Promise<void> {
    const body = rule instanceof Rule ? (rule.message as RuleInput) : ruleInput(rule, 'delete');
    await this.#send('delete', RTM_DELRULE, 0, body, options);
  }

  /** All rules, in the order in which they are tried, IPv4 first: `ip rule show`. */
  async list(filter: { family?: 4 | 6 | undefined } & WaitOptions = {}): Promise<Rule[]> {
    const { family, ...options } = filter;
    const families = family === undefined ? [AF_INET, AF_INET6] : [familyNumber(family)];
    // Asked for family by family: for all at once the kernel adds those of multicast routing.
    const lists = await Promise.all(
      families.map(each =>
        this.#context.socket.dump(RTM_GETRULE, { family: each }, { ...options, operation: 'rule list' }),
      ),
    );
    return lists.flat().map(message => new Rule(message as RuleMessage));
  }

  async #send(
    verb: string,
    type: typeof RTM_NEWRULE | typeof RTM_DELRULE,
    flags: number,
    body: RuleInput,
    options: WaitOptions,
  ): Promise<void> {
    const priority = body.attrs?.priority;
    const operation = `rule ${verb}${priority === undefined ? '' : ` priority ${priority}`}`;
    const hint = (code: string): string | undefined => {
      if (code === 'EEXIST') return 'there is the same rule already';
      if (code === 'ENOENT') return 'there is no such rule';
      return commonHint(this.#context, code);
    };
    await this.#context.socket.request(type, body, { ...options, flags, operation, hint });
  }
}

/** A rule message from settings, in the order of attributes in which `ip rule VERB from … to … iif …` sends them. */
function ruleInput(settings: RuleSettings, verb: 'add' | 'delete'): RuleInput {
  checkKeys(settings, SETTINGS, `rule ${verb}`);
  if (verb === 'delete' && !SETTINGS.some(key => key !== 'family' && settings[key as keyof RuleSettings] !== undefined))
    throw new RangeError('rule delete: expected at least one condition: the kernel would delete the first rule');
  const from = settings.from === undefined ? undefined : parseNetwork(settings.from, 'from');
  const to = settings.to === undefined ? undefined : parseNetwork(settings.to, 'to');
  const family = settings.family === undefined ? ((from ?? to)?.family ?? AF_INET) : familyNumber(settings.family);
  if ([from, to].some(each => each !== undefined && each.family !== family))
    throw new RangeError('family: from and to must be of the same');
  const table = tableOf(settings, verb);
  return {
    family,
    dstLen: to?.prefixLength,
    srcLen: from?.prefixLength,
    tos: settings.tos,
    table: table > 0xff ? 'unspec' : table,
    action: actionOf(settings, verb),
    flags: settings.not === true ? ['invert'] : [],
    attrs: {
      src: from?.address,
      dst: to?.address,
      iifname: name('iif', settings.iif),
      oifname: name('oif', settings.oif),
      fwmark: settings.mark,
      fwmask: settings.markMask,
      tunId: settings.tunnelId,
      uidRange: range('uidRange', settings.uidRange, 0xffffffff),
      ipProto: settings.ipProto,
      sportRange: range('sport', settings.sport, 0xffff),
      dportRange: range('dport', settings.dport, 0xffff),
      protocol: settings.protocol,
      ...(settings.l3mdev === true && { l3mdev: 1 }),
      suppressPrefixlen: settings.suppressPrefixLength,
      suppressIfgroup: settings.suppressGroup,
      ...(table > 0xff && { table }),
      goto: settings.goto,
      priority: settings.priority,
    },
  };
}

/** Without a table the kernel would make a new, empty one for the rule. */
function tableOf({ table, action, goto, l3mdev }: RuleSettings, verb: 'add' | 'delete'): number {
  if (table !== undefined) return tableNumber(table);
  const looksUp = (action ?? (goto === undefined ? 'toTable' : 'goto')) === 'toTable' && l3mdev !== true;
  return verb === 'add' && looksUp ? routeTable.values.main : routeTable.values.unspec;
}

function actionOf({ action, goto }: RuleSettings, verb: 'add' | 'delete'): RuleInput['action'] {
  if (action !== undefined) return action;
  if (goto !== undefined) return 'goto';
  return verb === 'add' ? 'toTable' : 'unspec';
}

const name = (argument: string, given: string | undefined): string | undefined =>
  given === undefined ? undefined : checkLinkName(given, argument);

function range(
  argument: string,
  given: number | readonly [number, number] | undefined,
  max: number,
): { start: number; end: number } | undefined {
  if (given === undefined) return undefined;
  const [start, end] = typeof given === 'number' ? [given, given] : given;
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= max;
  if (fits(start) && fits(end) && start <= end) return { start, end };
  throw new RangeError(`${argument}: expected the first and the last, from 0 to ${max}, got ${String(given)}`);
}
