import type { EncodeError } from '../protocol/errors.js';

/**
 * The error was made where the answer arrived, which says nothing to anybody: show who waits for it instead. An
 * argument that could not be encoded is named as the caller knows it.
 */
export function withStackOfCaller(error: unknown, operation: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path, reason } = error as Partial<EncodeError>;
  if (code === 'ERR_NETLINK_ENCODE') {
    error.message = [operation, path?.replace(/^attrs\./, ''), reason].filter(Boolean).join(': ');
  }
  Error.captureStackTrace(error, withStackOfCaller);
  return error;
}
