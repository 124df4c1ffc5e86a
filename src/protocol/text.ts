import type { Codec } from './codec.js';
import { DecodeError, outOfRange, quoted, shown, wrongType } from './errors.js';
import { fixed, type Scalar } from './scalar.js';
import { Source } from './source.js';
import type { Writer } from './writer.js';

const utf8 = { decoder: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), encoder: new TextEncoder() };

/**
 * Text as the kernel keeps it: bytes, by convention UTF-8. Bytes that are no UTF-8 become lone surrogates
 * U+DC80 to U+DCFF (what Python calls surrogateescape), so that any name survives decoding and encoding.
 */
export function readText(src: Source, start: number, end: number): string {
  const bytes = src.bytes;
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return readUtf8(src.slice(start, end), start);
    if (byte === 0) throw holdsNul(i);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The kernel reads up to the first NUL and would see another name than we print. */
const holdsNul = (at: number): DecodeError => new DecodeError('expected text without NUL', at);

function readUtf8(bytes: Uint8Array, start: number): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw holdsNul(start + nul);
  try {
    return utf8.decoder.decode(bytes);
  } catch {
    return readMixed(bytes);
  }
}

/** UTF-8 where it is valid, one lone surrogate for each byte that is not. */
function readMixed(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    text += length > 0 ? utf8.decoder.decode(bytes.subarray(i, i + length)) : String.fromCharCode(0xdc00 | bytes[i]!);
    i += length || 1;
  }
  return text;
}

/** Bytes of the valid UTF-8 sequence at `at`, 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  try {
    utf8.decoder.decode(bytes.subarray(at, at + length));
    return at + length <= bytes.length ? length : 0;
  } catch {
    return 0;
  }
}

const LONE = /\p{Surrogate}/u;
const FOREIGN = /[\ud800-\udc7f\udd00-\udfff]/u;

/** Whether it has a lone surrogate that stands for no byte: it would become U+FFFD without a word. */
export const isIllFormed = (value: string): boolean => FOREIGN.test(value);

/** The bytes of `value`: the inverse of `readText`. Throws EncodeError if it is ill-formed. */
export function textBytes(value: string): Uint8Array {
  if (!LONE.test(value)) return utf8.encoder.encode(value);
  if (isIllFormed(value)) throw outOfRange(`expected well-formed text, got ${quoted(value)}`);
  const out: number[] = [];
  for (const character of value) {
    const code = character.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code & 0xff);
    else out.push(...utf8.encoder.encode(character));
  }
  return Uint8Array.from(out);
}

/** How a text may look. */
export interface TextOptions {
  /** Fewest and most bytes, the ending NUL not counted. */
  min?: number;
  max?: number;
  terminated?: 'always' | 'never' | 'replies';
}

/**
 * Text. Read with or without a NUL at its end; written with one, unless `terminated` says otherwise.
 * A NUL within is refused when writing: the kernel would silently cut the text there.
 */
export function text({
  min = 0,
  max = Number.POSITIVE_INFINITY,
  terminated = 'always',
}: TextOptions = {}): Codec<string> {
  return {
    terminated,
    bytes: [min, max],
    read: (src, start, end) => readText(src, start, end > start && src.bytes[end - 1] === 0 ? end - 1 : end),
    write(w, value) {
      putText(w, value, min, max);
      if (terminated === 'always' || (terminated === 'replies' && !w.request)) w.zeros(1);
    },
    show: value => quoted(value),
  };
}

function putText(w: Writer, value: string, min: number, max: number): void {
  if (typeof value !== 'string') throw wrongType(`expected text, got ${shown(value)}`);
  if (value.length >= min && value.length <= max && w.ascii(value)) return;
  if (value.includes('\0')) throw outOfRange(`expected text without NUL, got ${shown(value)}`);
  const bytes = textBytes(value);
  if (bytes.length < min || bytes.length > max) {
    throw outOfRange(`expected ${min} to ${max} bytes of text, got ${bytes.length}: ${shown(value)}`);
  }
  w.bytes(bytes);
}

/** Text of any length. */
export const string = text();
/** A name of at most 15 bytes (IFNAMSIZ less its NUL), as links have. */
export const ifname = text({ min: 1, max: 15 });

/** Text in a field of `size` bytes, filled up with NUL: `char name[16]`. */
export function chars(size: number): Scalar<string> {
  const get = (src: Source, at: number): string => {
    let end = at + size;
    while (end > at && src.bytes[end - 1] === 0) end--;
    return readText(src, at, end);
  };
  return fixed({
    size,
    layout: 'bytes',
    get,
    fromRaw: (raw: Uint8Array) => get(new Source(raw), 0),
    write(w: Writer, value: string) {
      const from = w.length;
      putText(w, value, 0, size);
      w.zeros(size - (w.length - from));
    },
    show: value => quoted(value),
  });
}
