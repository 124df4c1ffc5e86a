export type { UnknownAttribute } from './attributes.js';
export type { AnyBytes } from './bytes-of.js';
export type { Codec, Decoded, Encodable } from './codec.js';
export * from './control.js';
export { DecodeError, type EncodeError } from './errors.js';
export { type ExplainOptions, explain } from './explain.js';
export {
  decodeMessages,
  encodeMessage,
  type FrameOptions,
  type Message,
  type MessageInput,
  typeName,
  type UnknownType,
} from './frame.js';
export * from './header.js';
export { formatHex, parseHex } from './hex.js';
export { type AttributeName, attributeAt, missingAttribute, offsetOf } from './request-path.js';
export * from './rtnetlink/index.js';
export { type ByteOrder, hostByteOrder } from './source.js';
