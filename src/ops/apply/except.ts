import { NetlinkError } from '../../socket/netlink-error.js';

/** Waits for an answer; some errors are none. */
export async function except(codes: readonly string[], answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NetlinkError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
