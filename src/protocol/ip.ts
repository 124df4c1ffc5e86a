import { outOfRange, shown, wrongType } from './errors.js';

/**
 * Four decimal numbers, nothing else: no leading zeros (which C reads as octal), no shorter forms.
 * Undefined if `text` is not that.
 */
export function parseIPv4(text: string): Uint8Array | undefined {
  const out = new Uint8Array(4);
  return putIPv4(text, out, 0) ? out : undefined;
}

/**
 * The same into `out` at `at`, where anything may be left if it returns false. Character by character: split and regular
 * expressions take seven times as long.
 */
export function putIPv4(text: string, out: Uint8Array, at: number): boolean {
  let part = 0;
  let value = -1; // of the part so far; none yet
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (value === 0) return false;
      value = value < 0 ? digit : 10 * value + digit;
      if (value > 255) return false;
    } else {
      if (digit !== DOT - ZERO || value < 0 || part === 3) return false;
      out[at + part++] = value;
      value = -1;
    }
  }
  out[at + 3] = value;
  return part === 3 && value >= 0;
}
const DOT = 0x2e;
const ZERO = 0x30;

/**
 * IPv6 text as RFC 4291 section 2.2 has it, an IPv4 tail included; no zone, no prefix length.
 * Undefined if `text` is not that.
 */
export function parseIPv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const out = new Uint8Array(16);
  for (const [i, group] of head.entries()) put16(out, i, group);
  for (const [i, group] of tail.entries()) put16(out, 8 - tail.length + i, group);
  return out;
}

const put16 = (out: Uint8Array, group: number, value: number): void => {
  out[2 * group] = value >> 8;
  out[2 * group + 1] = value & 0xff;
};

/** The 16-bit groups of one side of `::`; an IPv4 tail (only at the end of the text) counts as two. */
function groups(side: string, last: boolean): number[] | undefined {
  if (side === '') return [];
  const out: number[] = [];
  const parts = side.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else {
      const quad = last && i === parts.length - 1 ? parseIPv4(part) : undefined;
      if (quad === undefined) return undefined;
      out.push((quad[0]! << 8) | quad[1]!, (quad[2]! << 8) | quad[3]!);
    }
  }
  return out;
}

/** `10.0.0.1` from the four bytes at `at`. */
export const formatIPv4 = (b: Uint8Array, at = 0): string => `${b[at]}.${b[at + 1]}.${b[at + 2]}.${b[at + 3]}`;

/** IPv6 text as RFC 5952 wants it: lower case, the longest run of zeros (the first of equals, two or more) as `::`. */
export function formatIPv6(b: Uint8Array, at = 0): string {
  if (isMapped(b, at)) return `::ffff:${formatIPv4(b, at + 12)}`;
  const [from, length] = longestZeroRun(b, at);
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === from && length > 1) {
      text += i === 0 ? '::' : ':';
      i += length - 1;
      continue;
    }
    text += ((b[at + 2 * i]! << 8) | b[at + 2 * i + 1]!).toString(16);
    if (i < 7) text += ':';
  }
  return text;
}

/** ::ffff:0:0/96, shown with an IPv4 tail (RFC 5952 section 5). */
function isMapped(b: Uint8Array, at: number): boolean {
  for (let i = 0; i < 10; i++) if (b[at + i] !== 0) return false;
  return b[at + 10] === 0xff && b[at + 11] === 0xff;
}

function longestZeroRun(b: Uint8Array, at: number): [from: number, length: number] {
  let best = 0;
  let bestAt = -1;
  for (let i = 0; i < 8; ) {
    let n = 0;
    while (i + n < 8 && b[at + 2 * (i + n)] === 0 && b[at + 2 * (i + n) + 1] === 0) n++;
    if (n > best) {
      best = n;
      bestAt = i;
    }
    i += n || 1;
  }
  return [bestAt, best];
}

/** The bytes of an IPv4 (4) or IPv6 (16) address; an error that says what is allowed otherwise. */
export function ipBytes(text: string): Uint8Array {
  if (typeof text !== 'string') throw wrongType(`expected an IP address as text, got ${shown(text)}`);
  const found = text.includes(':') ? parseIPv6(text) : parseIPv4(text);
  if (found === undefined) throw outOfRange(`expected an IPv4 or IPv6 address, got ${shown(text)}`);
  return found;
}

/** The text of 4 or 16 bytes. */
export const formatIp = (b: Uint8Array): string => (b.length === 4 ? formatIPv4(b) : formatIPv6(b));
