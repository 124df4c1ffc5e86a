import createDebug from 'debug';
import { explain } from '../protocol/explain.js';

/** `%N`: a datagram in words, one line an attribute. Called for enabled logs only: a disabled one decodes nothing. */
createDebug.formatters['N'] = (datagram: Uint8Array): string => `\n${explain(datagram)}`;

/** Debug output, shown with `DEBUG=rtnetlink:*`. The only importer of debug. */
export const log = {
  /** Every message sent and received. */
  message: createDebug('rtnetlink:message'),
  /** Opening, options, overruns, retries. */
  socket: createDebug('rtnetlink:socket'),
  /** Namespaces made, entered and left. */
  netns: createDebug('rtnetlink:netns'),
};
