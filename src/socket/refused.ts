import type { Extack } from '../protocol/control.js';
import { errnoName } from './errno.js';
import type { Exchange } from './exchange.js';
import { NetlinkError } from './netlink-error.js';

/** The error for a request that the kernel refused, with all that can be found out about it. */
export function refused(exchange: Exchange, errno: number, extack: Extack): NetlinkError {
  const { operation, options } = exchange;
  return new NetlinkError(errno, {
    operation,
    kernelMessage: extack.msg,
    hint: options.hint?.(errnoName(errno)),
    extack,
  });
}
