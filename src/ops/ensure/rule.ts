import { isDeepStrictEqual } from 'node:util';
import { rule as codec, type RuleInput, type Rule as RuleMessage } from '../../protocol/rtnetlink/index.js';
import { Rule } from '../rule.js';
import { reread } from './reread.js';

/** What says which packets a rule is for and what it does: a rule without one of these is another than a rule with it. */
const CONTENT = [
  ...(['src', 'dst', 'iifname', 'oifname', 'tunId', 'uidRange', 'ipProto', 'sportRange'] as const),
  ...(['dportRange', 'goto', 'l3mdev', 'suppressPrefixlen', 'suppressIfgroup'] as const),
] satisfies (keyof RuleMessage['attrs'])[];
/** What is compared only where it is given. */
const GIVEN = ['priority', 'protocol'] satisfies (keyof RuleMessage['attrs'])[];
/** What the kernel writes where nothing was said (net/core/fib_rules.c). */
const NOTHING: Readonly<Record<string, unknown>> = { suppressPrefixlen: -1, suppressIfgroup: -1, l3mdev: 0, goto: 0 };

/** The rule that is as described, if there is one. */
export function findRule(rules: readonly Rule[], input: RuleInput): Rule | undefined {
  const wanted = new Rule(reread(codec, input) as RuleMessage);
  return rules.find(found => isSame(found, wanted));
}

function isSame(found: Rule, wanted: Rule): boolean {
  const [own, other] = [found.message, wanted.message];
  const value = (attrs: RuleMessage['attrs'], name: (typeof CONTENT)[number]): unknown =>
    isDeepStrictEqual(attrs[name], NOTHING[name]) ? undefined : attrs[name];
  return (
    (['family', 'srcLen', 'dstLen', 'tos', 'action'] as const).every(name => own[name] === other[name]) &&
    found.not === wanted.not &&
    found.table === wanted.table &&
    isDeepStrictEqual(markOf(own.attrs), markOf(other.attrs)) &&
    CONTENT.every(name => isDeepStrictEqual(value(own.attrs, name), value(other.attrs, name))) &&
    GIVEN.every(name => other.attrs[name] === undefined || own.attrs[name] === other.attrs[name])
  );
}

/** Without a mask all bits of a mark are compared. */
const markOf = ({ fwmark, fwmask = 0xffffffff }: RuleMessage['attrs']): unknown =>
  fwmark !== undefined && [fwmark, fwmask];
