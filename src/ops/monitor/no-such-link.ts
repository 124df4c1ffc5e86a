import { NetlinkError } from '../../socket/netlink-error.js';

/** A link that has gone meanwhile has nothing: for the answer to a question about it. Throws other errors again. */
export function noSuchLink(error: unknown): [] {
  if (error instanceof NetlinkError && error.code === 'ENODEV') return [];
  throw error;
}
