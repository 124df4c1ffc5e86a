import { shown } from '../../protocol/errors.js';
import type { WatchedGroup } from './event.js';
import { groupNames, groups } from './groups.js';

/** How to monitor. */
export interface MonitorOptions {
  /** Ends it when it fires: the iterator throws AbortError. */
  signal?: AbortSignal | undefined;
  /**
   * Report other namespaces too: those that have an id in this one (`ip netns set`, or a link of theirs whose other end
   * is here). Their events carry that id as `nsid`. Takes CAP_NET_BROADCAST (NETLINK_LISTEN_ALL_NSID). Links and
   * addresses only: other groups are a RangeError, since the kernel lists them only where they are.
   */
  allNamespaces?: boolean | undefined;
  /**
   * Bytes of the receive buffer, where what is not consumed waits; by default 1 MiB. Without CAP_NET_ADMIN in the first
   * user namespace no more than `net.core.rmem_max`: the `receiveBuffer` of a monitor says what it got.
   */
  receiveBuffer?: number | undefined;
  /** Most notifications that are taken out of that buffer ahead of the consumer; by default 4,096. */
  queueLimit?: number | undefined;
  /**
   * Milliseconds after which to `refresh` again and again, for what the kernel does not tell of. By default never: each
   * time costs a list of all that is watched.
   */
  refresh?: number | undefined;
}

/** setInterval counts in 31 bits. */
const LONGEST_TIMER = 0x7fffffff;

/** Throws RangeError for what cannot be monitored, or not like that. */
export function checkMonitor(names: readonly WatchedGroup[], { allNamespaces, refresh }: MonitorOptions): void {
  const unknown = names.find(name => !groupNames.includes(name));
  if (unknown !== undefined || names.length === 0) {
    throw new RangeError(`monitor: expected one or more of ${groupNames.join(', ')}, got ${shown(unknown ?? names)}`);
  }
  const local = names.find(name => allNamespaces === true && !groups[name].elsewhere);
  if (local !== undefined) {
    throw new RangeError(
      `monitor: the kernel lists no ${local}s of other namespaces by their id; open an Ip in each, without allNamespaces`,
    );
  }
  if (refresh !== undefined && !(refresh >= 1 && refresh <= LONGEST_TIMER))
    throw new RangeError(`refresh: expected 1 to ${LONGEST_TIMER} milliseconds, got ${shown(refresh)}`);
}
