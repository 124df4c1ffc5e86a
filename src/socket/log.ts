import createDebug from 'debug';

/** Debug output, shown with `DEBUG=rtnetlink:*`. The only importer of debug. */
export const log = {
  /** Every message sent and received. */
  message: createDebug('rtnetlink:message'),
  /** Opening, options, overruns, retries. */
  socket: createDebug('rtnetlink:socket'),
  /** Namespaces made, entered and left. */
  netns: createDebug('rtnetlink:netns'),
};
