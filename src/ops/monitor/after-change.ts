import { RTM_GETLINK } from '../../protocol/rtnetlink/index.js';
import { SKIP_STATS } from '../context.js';
import type { Question } from './group.js';

/** LOOPBACK_IFINDEX, net/net_namespace.h: every namespace has it. */
const LOOPBACK = 1;

/**
 * Waits until the kernel has done the change that it is about. It announces that a link goes down before it takes the
 * routes away (`__dev_notify_flags`, net/core/dev.c), and lists routes and rules without the lock under which it does
 * (RTNL_FLAG_DUMP_UNLOCKED); a link is looked up under that lock.
 */
export async function afterChange({ socket, options }: Question): Promise<void> {
  const body = { index: LOOPBACK, attrs: { extMask: SKIP_STATS } };
  await socket.get(RTM_GETLINK, body, { ...options, operation: 'monitor: link get #1' });
}
