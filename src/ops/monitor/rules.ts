import type { Codec } from '../../protocol/codec.js';
import { message } from '../../protocol/message.js';
import {
  AF,
  ifinfomsg,
  linkAttrs,
  RTM_DELLINK,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWLINK,
  RTM_NEWRULE,
  RTNLGRP,
  type Rule as RuleMessage,
  rule as ruleBody,
} from '../../protocol/rtnetlink/index.js';
import type { Received } from '../../socket/received.js';
import { plain } from '../plain.js';
import { Rule } from '../rule.js';
import { afterChange } from './after-change.js';
import { same } from './differences.js';
import type { Group, Known, Part } from './group.js';
import { lasting } from './lasting.js';

const named = message(ifinfomsg, linkAttrs.pick(['ifname']));
const codec = lasting(ruleBody as Codec<RuleMessage, never>, message => new Rule(message));

const everything: Part<Rule> = {
  id: '',
  async ask(question) {
    const { socket, options } = question;
    await afterChange(question);
    const how = { ...options, operation: 'monitor: rule list', as: codec };
    const lists = await Promise.all([AF.inet, AF.inet6].map(family => socket.dump(RTM_GETRULE, { family }, how)));
    return lists.flat();
  },
  covers: () => true,
};

/**
 * Rules. One is never changed, but for its flags, which the kernel does not announce: whether there are the links that
 * it names, and whether there is the rule that it goes on with.
 */
export const rules: Group<Rule> = {
  joins: [RTNLGRP.ipv4Rule, RTNLGRP.ipv6Rule, RTNLGRP.link],
  appears: RTM_NEWRULE,
  goes: RTM_DELRULE,
  codec,
  elsewhere: false,
  concerns: () => true,
  /** All that it says: two rules of one priority may differ in anything. */
  key({ message }) {
    const { family, dstLen, srcLen, tos, table, action, flags, attrs } = message;
    return JSON.stringify(plain([family, dstLen, srcLen, tos, table, action, flags.includes('invert'), attrs]));
  },
  differences: (previous, current) => (same(previous.flags, current.flags) ? [] : ['flags']),
  replaced: () => false,
  everything,
  hints: {
    [RTM_NEWLINK](received, known) {
      const { family, index, attrs } = received.read(named);
      if (family !== AF.unspec || attrs.ifname === undefined || known.notes.get(index) === attrs.ifname)
        return undefined;
      known.notes.set(index, attrs.ifname);
      return byName(known);
    },
    [RTM_DELLINK](received, known) {
      const { family, index } = received.read(named);
      if (family !== AF.unspec) return undefined;
      known.notes.delete(index);
      return byName(known);
    },
    [RTM_NEWRULE]: goesOn,
    [RTM_DELRULE]: goesOn,
  },
};

const any = (known: Known<Rule>, has: (rule: Rule) => boolean): Part<Rule> | undefined =>
  known.asking || [...known.objects.values()].some(has) ? everything : undefined;
const byName = (known: Known<Rule>): Part<Rule> | undefined => any(known, rule => (rule.iif ?? rule.oif) !== undefined);

function goesOn(_: Received, known: Known<Rule>): Part<Rule> | undefined {
  return any(known, rule => rule.goto !== undefined);
}
