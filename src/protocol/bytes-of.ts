import { parseHex } from './hex.js';

/** What bytes may come in: any view of memory, or the memory itself, shared with other threads or not. */
export type AnyBytes = ArrayBufferView | ArrayBufferLike;

/**
 * A copy of the bytes that something holds or, as hex text, shows; or the reason why it has none. Throws nothing. It is a
 * copy, since another thread may write to shared memory while it is looked at.
 */
export function bytesOf(given: unknown): Uint8Array | string {
  if (typeof given === 'string') return parsed(given);
  try {
    // A DataView takes nothing but memory, of whichever realm: `instanceof` knows that of one alone.
    const view = ArrayBuffer.isView(given) ? given : new DataView(given as ArrayBuffer);
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  } catch {
    return `no bytes: ${isDetached(given) ? 'their memory was given away' : kindOf(given)}`;
  }
}

function parsed(text: string): Uint8Array | string {
  try {
    return parseHex(text);
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** Of memory that was given away nothing but a length of 0 is left. */
function isDetached(given: unknown): boolean {
  try {
    const memory = ArrayBuffer.isView(given) ? given.buffer : given;
    return memory instanceof ArrayBuffer && memory.byteLength === 0;
  } catch {
    return false;
  }
}

/** Not every object has a text, nor does every one say what it is. */
function kindOf(given: unknown): string {
  try {
    return typeof given === 'object' && given !== null ? Object.prototype.toString.call(given) : String(given);
  } catch {
    return 'an object';
  }
}
