import { closeSync } from 'node:fs';
import { RTM_GETNSID } from '../../protocol/rtnetlink/index.js';
import type { Question } from './group.js';

/** The id by which the asking namespace knows that of a descriptor, which is closed; undefined if it has none. */
export async function namespaceId(
  { socket, options }: Omit<Question, 'nsid'>,
  fd: number,
): Promise<number | undefined> {
  try {
    const how = { ...options, operation: 'monitor: namespace id' };
    const { nsid = -1 } = (await socket.get(RTM_GETNSID, { attrs: { fd } }, how)).attrs;
    return nsid < 0 ? undefined : nsid;
  } finally {
    closeSync(fd);
  }
}

/** The id that a namespace has for itself: one it has only if somebody asked for it, and whose events do not carry it. */
export async function ownId(question: Omit<Question, 'nsid'>): Promise<number | undefined> {
  const fd = question.socket.openNamespace();
  return fd === undefined ? undefined : namespaceId(question, fd);
}
