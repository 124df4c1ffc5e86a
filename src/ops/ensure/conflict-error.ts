import { type Difference, valueWords } from './difference.js';

/** Why there is a difference though the kernel was asked for the change. */
export const NOT_DONE = 'the kernel took the change and did not make it so';

/**
 * What is there is not what should be, and cannot be made so where it is: a link of another kind has the name, the driver
 * refuses the change. Nothing was changed; only where the message says that the kernel took the change, `differences` are
 * what is left of it.
 */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly code = 'ERR_NETLINK_CONFLICT';

  constructor(
    /** `link ensure br0` */
    readonly operation: string,
    /** What cannot be changed: `{ field: 'kind', from: 'veth', to: 'bridge' }`. */
    readonly differences: readonly Difference[],
    why = 'it cannot be changed in place; delete it first',
    options?: ErrorOptions,
  ) {
    const what = differences.map(({ field, from, to }) => `${field} is ${valueWords(from)}, not ${valueWords(to)}`);
    super(`${operation}: ${what.join(', ')}: ${why}`, options);
  }
}
