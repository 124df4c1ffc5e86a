import { quoted } from './errors.js';

/** Where a line of a hex dump says which byte it starts with: `0010:`. */
const LINE_OFFSET = /^\s*[0-9a-f]{4,8}:(?=\s)/i;
/** What may stand between or in front of pairs of digits, as other programs print them. */
const SEPARATOR = /\\x|0x|[\s,:]+/gi;

/**
 * The bytes that a text shows in hexadecimal: pairs of digits with spaces, line ends, commas, colons, `0x` or `\x`
 * between them. `#` starts a comment; a line may start with its offset (`0010: `), so that the output of `explain` with
 * `bytes: true` is read back. A `SyntaxError` says what is no such text.
 */
export function parseHex(text: string): Uint8Array {
  const out: number[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const digits = line.replace(/#.*/, '').replace(LINE_OFFSET, '').replace(SEPARATOR, '');
    const wrong = /[^0-9a-f]/i.exec(digits)?.[0];
    if (wrong !== undefined) throw new SyntaxError(`no hex text: ${quoted(wrong)} in line ${i + 1}`);
    if (digits.length % 2 !== 0) throw new SyntaxError(`no hex text: an odd number of digits in line ${i + 1}`);
    for (let at = 0; at < digits.length; at += 2) out.push((digitAt(digits, at) << 4) | digitAt(digits, at + 1));
  }
  return Uint8Array.from(out);
}

/** The value of a hexadecimal digit: ASCII has letters, of either case, from 0x41 and 0x61 on. */
function digitAt(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return (code & 15) + (code > 0x40 ? 9 : 0);
}

/** The bytes in [start, end) in hexadecimal, a space between every four. */
export function formatHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let i = start; i < end; i++) {
    if (i > start && (i - start) % 4 === 0) text += ' ';
    text += bytes[i]!.toString(16).padStart(2, '0');
  }
  return text;
}
