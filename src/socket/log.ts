import { createRequire } from 'node:module';
import type { Debugger } from 'debug';
import { explain } from '../protocol/explain.js';

type Topic = 'message' | 'socket' | 'netns';

let loaded: Record<Topic, Debugger> | undefined;

/** At the first `open`: loading debug takes 13 of the 45 ms that importing this library took (Node 20). */
function load(): Record<Topic, Debugger> {
  const createDebug = createRequire(import.meta.url)('debug') as typeof import('debug');
  // `%N`: a datagram in words, one line an attribute. Called for enabled logs only: a disabled one decodes nothing.
  createDebug.formatters['N'] = (datagram: Uint8Array): string => `\n${explain(datagram)}`;
  return {
    message: createDebug('rtnetlink:message'),
    socket: createDebug('rtnetlink:socket'),
    netns: createDebug('rtnetlink:netns'),
  };
}

/** Debug output, shown with `DEBUG=rtnetlink:*`. The only importer of debug. */
export const log = {
  /** Every message sent and received. */
  get message(): Debugger {
    return (loaded ??= load()).message;
  },
  /** Opening, options, overruns, retries. */
  get socket(): Debugger {
    return (loaded ??= load()).socket;
  },
  /** Namespaces made, entered and left. */
  get netns(): Debugger {
    return (loaded ??= load()).netns;
  },
};
