import { type LinkInput, RTM_GETLINK } from '../../protocol/rtnetlink/index.js';
import { nameAttr, SKIP_STATS } from '../context.js';
import { type Link, linkCodec } from '../link.js';
import type { Key, Part, Question } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';

/** Links as a monitor keeps them. */
export const codec = lasting(linkCodec, link => link);

/** All links. */
export const everything: Part<Link> = {
  id: '',
  ask: ({ socket, nsid, options }) =>
    socket.dump(
      RTM_GETLINK,
      { attrs: { extMask: SKIP_STATS, targetNetnsid: nsid } },
      { ...options, operation: 'monitor: link list', as: codec },
    ),
  covers: () => true,
};

/** One link. */
export const one = (index: number): Part<Link> => ({
  key: index,
  id: String(index),
  ask: question => found(question, { index }, `#${index}`),
  covers: link => link.index === index,
});

/**
 * What a request may have changed that named a link: the one that has the name now, and those that were known by it. That
 * one is gone is not found this way, but announced.
 */
export const named = (name: string, known: ReadonlyMap<Key, Link>): Part<Link> => ({
  id: `name ${name}`,
  async ask(question) {
    const had = [...known.values()].filter(link => link.name === name || link.altNames.includes(name));
    const has = await found(question, { attrs: nameAttr(name) }, JSON.stringify(name));
    const others = had.filter(({ index }) => has.every(link => link.index !== index));
    const lists = await Promise.all(others.map(({ index }) => one(index).ask(question)));
    return [...has, ...lists.flat()];
  },
  covers: () => false,
});

/** The ports of a bridge. */
export const portsOf = (master: number): Part<Link> => ({
  id: `ports ${master}`,
  ask: ({ socket, nsid, options }) =>
    socket
      .dump(
        RTM_GETLINK,
        { attrs: { extMask: SKIP_STATS, targetNetnsid: nsid, master } },
        { ...options, operation: `monitor: link list master #${master}`, as: codec },
      )
      .catch(noSuchLink),
  covers: link => link.master === master,
});

async function found({ socket, nsid, options }: Question, which: LinkInput, label: string): Promise<Link[]> {
  const body = { ...which, attrs: { ...which.attrs, extMask: SKIP_STATS, targetNetnsid: nsid } };
  const how = { ...options, operation: `monitor: link get ${label}`, as: codec };
  return socket.get(RTM_GETLINK, body, how).then(link => [link], noSuchLink);
}
