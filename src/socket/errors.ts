import { errnoName } from './errno.js';

/** libc said no: Node's own convention for failed system calls. */
export class SyscallError extends Error {
  override readonly name = 'SyscallError';
  /** `EMFILE` */
  readonly code: string;

  constructor(
    readonly syscall: string,
    /** Positive, as in errno.h. */
    readonly errno: number,
    /** What else there is to say about it. */
    readonly detail?: string | undefined,
    /** `link list`; undefined where the call was nobody's request. */
    readonly operation?: string | undefined,
  ) {
    const code = errnoName(errno);
    super([syscall, code, operation, detail].filter(part => part !== undefined && part !== '').join(': '));
    this.code = code;
  }
}

/** A failed call as the error of one of the operations that it was for: each has a message and a stack of its own. */
export function failedFor(operation: string, error: unknown): unknown {
  if (!(error instanceof SyscallError)) return error;
  return new SyscallError(error.syscall, error.errno, error.detail, operation);
}

/** The socket, or the namespace handle, was closed before or during the operation. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
  readonly code = 'ERR_NETLINK_CLOSED';
  constructor(
    readonly operation: string,
    what = 'the netlink socket',
  ) {
    super(`${operation}: ${what} is closed`);
  }
}

/** The deadline passed. What was asked for may have taken effect all the same, or may yet. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ETIMEDOUT';
  constructor(
    readonly operation: string,
    /** Milliseconds. */
    readonly timeout: number,
    /** What did not come in time. */
    missing = 'no answer',
  ) {
    super(`${operation}: ${missing} within ${timeout} ms`);
  }
}

/** The signal fired. What was asked for may have taken effect all the same, if it had been sent. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';
  constructor(
    readonly operation: string,
    reason?: unknown,
  ) {
    super(`${operation}: aborted`, { cause: reason });
  }
}

/**
 * The receive buffer ran over and the kernel dropped messages, among them perhaps the answer to this request:
 * whether it took effect is not known.
 */
export class OverrunError extends Error {
  override readonly name = 'OverrunError';
  readonly code = 'ENOBUFS';
  constructor(readonly operation: string) {
    super(`${operation}: the receive buffer ran over and answers were lost`);
  }
}

/**
 * A dump changed while it was read, again and again; `results` is what the last try read. What an iterator had read was
 * handed out already.
 */
export class DumpInterruptedError<T = unknown> extends Error {
  override readonly name = 'DumpInterruptedError';
  readonly code = 'EINTR';
  constructor(
    readonly operation: string,
    readonly tries: number,
    readonly results: readonly T[],
  ) {
    super(`${operation}: changed while it was read${tries > 1 ? `, ${tries} times in a row` : ''}`);
  }
}
