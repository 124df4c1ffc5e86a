import type { ObjectEvent } from '../../src/index.js';

/** One thing that happened, in words that both `ip monitor` and our events have: `changed link 3 t1 mtu 1400 up`. */
export type Told = string;

type Kind = 'link' | 'address' | 'route' | 'neighbour';
interface Said {
  readonly kind: Kind;
  readonly gone: boolean;
  readonly key: string;
  readonly facts: string;
}

const KINDS: Readonly<Record<string, Kind>> = { LINK: 'link', ADDR: 'address', ROUTE: 'route', NEIGH: 'neighbour' };
const told = (what: string, { kind, key, facts }: Said): Told => `${what} ${kind} ${key} ${facts}`.trim();

/**
 * What `ip -o monitor label link address route neigh` (or `file`) says, as what happened: it prints an object whenever the
 * kernel says how it is, whether anything differs or not.
 */
export function whatIpTells(text: string): Told[] {
  const known = new Map<string, string>();
  return text.split('\n').flatMap(line => {
    const [, label = '', deleted, rest = ''] = /^\[(\w+)\](Deleted )?(.*)$/.exec(line) ?? [];
    const kind = KINDS[label];
    const said = kind && parse[kind](rest);
    if (said === undefined) return [];
    const each = { kind, gone: deleted !== undefined, ...said } as Said;
    const at = `${kind} ${each.key}`;
    const before = known.get(at);
    if (each.gone) return known.delete(at) ? [told('removed', { ...each, facts: '' })] : [];
    known.set(at, each.facts);
    if (before === undefined) return [told('added', each)];
    return before === each.facts ? [] : [told('changed', each)];
  });
}

/** `ip` remembers by which name it got to know a link: those that are renamed are called t1, then r1. */
const first = (name = ''): string => name.replace(/^r(?=\d)/, 't');

const parse: Readonly<Record<Kind, (text: string) => Pick<Said, 'key' | 'facts'> | undefined>> = {
  /** Those without a queueing discipline are about IPv6, or a port of a bridge. */
  link(text) {
    const found = /^(\d+): ([^:@]+)\S*: <([^>]*)> mtu (\d+) qdisc .* group (\S+)/.exec(text);
    if (found === null) return undefined;
    const [, index, name, flags, mtu, group] = found;
    const altNames = [...text.matchAll(/altname (\S+)/g)].map(each => each[1]);
    return { key: index!, facts: linkFacts(name!, mtu!, flags!.split(',').includes('UP'), group!, altNames) };
  },
  address(text) {
    const found = /^(\d+): \S+\s+inet6? (\S+)(?: metric (\d+))?/.exec(text);
    return found === null ? undefined : { key: `${found[1]} ${found[2]}`, facts: found[3] ?? '' };
  },
  route(text) {
    const found = /^(?:(local|broadcast|multicast|anycast) )?(\S+)(?: via (\S+))? dev (\S+)/.exec(text);
    if (found === null) return undefined;
    const [, type = 'unicast', destination, via = '', dev] = found;
    const word = (name: string, otherwise: string): string =>
      new RegExp(` ${name} (\\S+)`).exec(text)?.[1] ?? otherwise;
    const key = [type, destination, 'dev', first(dev), word('table', 'main'), word('metric', '0')];
    return { key: key.join(' '), facts: [via, word('proto', 'boot')].join(' ') };
  },
  neighbour(text) {
    const found = /^(\S+) dev (\S+)(?: lladdr (\S+))?.*?([A-Z]+) *$/.exec(text);
    if (found === null) return undefined;
    return { key: `${found[1]} ${first(found[2])}`, facts: `${found[3] ?? ''} ${found[4]!.toLowerCase()}` };
  },
};

const linkFacts = (name: string, mtu: unknown, up: boolean, group: string, altNames: readonly unknown[]): string =>
  [name, 'mtu', mtu, up ? 'up' : 'down', group === '0' ? 'default' : group, ...altNames].join(' ');

/** What our events say of the same. */
export function whatWeTell(events: readonly ObjectEvent[]): Told[] {
  const names = new Map<number, string>();
  const describe = ({ group, object }: Pick<ObjectEvent, 'group' | 'object'>): Pick<Said, 'key' | 'facts'> => {
    if ('name' in object) {
      names.set(object.index, object.name);
      const { index, name, mtu, up, group: number, altNames } = object;
      return { key: String(index), facts: linkFacts(name, mtu, up, String(number), altNames) };
    }
    if ('cidr' in object) return { key: `${object.index} ${object.cidr}`, facts: `${object.metric ?? ''}` };
    if ('lladdr' in object)
      return {
        key: `${object.address} ${first(names.get(object.index))}`,
        facts: `${object.lladdr ?? ''} ${object.state}`,
      };
    if (!('destination' in object) || !('gateway' in object)) throw new Error(`a ${group} is not compared`);
    const { type, destination, index, table, metric, gateway = '', protocol } = object;
    const to = destination.replace(/\/(32|128)$/, '');
    const key = [type, to, 'dev', first(names.get(index!)), table, metric];
    return { key: key.join(' '), facts: [gateway, protocol].join(' ') };
  };
  return events.flatMap(event => {
    const said = { kind: event.group as Kind, gone: event.type === 'removed', ...describe(event) };
    if (event.type === 'removed') return [told('removed', { ...said, facts: '' })];
    const same =
      event.type === 'changed' && describe({ ...event, object: event.previous } as never).facts === said.facts;
    return same ? [] : [told(event.type, said)];
  });
}
