import type { Codec } from '../../protocol/codec.js';
import { Source } from '../../protocol/source.js';
import { Writer } from '../../protocol/writer.js';

/** A request as the kernel's own reports are read: so that what is wanted and what is there can be compared. */
export function reread<T, In>(codec: Codec<T, In>, input: In): T {
  const bytes = requestBytes(codec, input);
  const source = new Source(bytes);
  source.request = true;
  return codec.read(source, 0, bytes.length);
}

/** The body of a request. Throws EncodeError. */
export function requestBytes<In>(codec: Codec<unknown, In>, input: In): Uint8Array {
  const writer = new Writer();
  writer.request = true;
  codec.write(writer, input);
  return writer.copy();
}
