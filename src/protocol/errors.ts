/**
 * Bytes that are no valid encoding. The only error a decoder throws, whatever the bytes.
 *
 * `path` names the attribute, outermost first (`linkinfo.data.peer.attrs.mtu`); `offset` counts bytes
 * from the start of the buffer that was handed to the decoder.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'ERR_NETLINK_DECODE';

  constructor(
    /** What was expected and what was there. */
    readonly reason: string,
    readonly offset: number,
    readonly path: string = '',
  ) {
    super(`${path || 'message'}: ${reason}, at byte ${offset}`);
  }

  /** The same error, seen from the attribute or field `name` that holds the bad bytes. */
  within(name: string): DecodeError {
    return new DecodeError(this.reason, this.offset, join(name, this.path));
  }
}

/** What a refused value looks like: a `RangeError` or `TypeError` that says which one it is. */
export interface EncodeError extends Error {
  readonly code: 'ERR_NETLINK_ENCODE';
  /** The attribute or field, outermost first; empty for the value as a whole. */
  path: string;
  /** What is allowed and what was given. */
  readonly reason: string;
}

/** A value of the right type that does not fit: `RangeError`. */
export const outOfRange = (reason: string): EncodeError => encodeError(new RangeError(reason), reason);

/** A value of the wrong type, or a name no table knows: `TypeError`. */
export const wrongType = (reason: string): EncodeError => encodeError(new TypeError(reason), reason);

function encodeError(error: Error, reason: string): EncodeError {
  return Object.assign(error, { code: 'ERR_NETLINK_ENCODE' as const, path: '', reason });
}

/** Puts `name` in front of the path of an encoding error; other errors pass unchanged. */
export function refusedWithin(error: unknown, name: string): unknown {
  if (error instanceof Error && (error as Partial<EncodeError>).code === 'ERR_NETLINK_ENCODE') {
    const refused = error as EncodeError;
    refused.path = join(name, refused.path);
    refused.message = `${refused.path}: ${refused.reason}`;
  }
  return error;
}

const join = (outer: string, inner: string): string => (inner ? `${outer}.${inner}` : outer);

/** A value as JSON, without any character that a terminal would obey: JSON leaves DEL and C1 as they are. */
export function quoted(value: unknown, replacer?: (key: string, item: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(/[\u007f-\u009f]/g, c => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** A value as an error message shows it: quoted text, cut when long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? quoted(value) : inWords(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** An object may refuse to be text. */
function inWords(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
