import { hwaddr, ipv4, ipv6 } from '../address-codecs.js';
import type { AnyCodec, Codec, Decoded } from '../codec.js';
import { DecodeError, refusedWithin, shown, wrongType } from '../errors.js';
import { bytes } from '../scalar.js';
import { addressFamily } from './family.js';

const layouts = { inet: ipv4, inet6: ipv6, packet: hwaddr };
type Known = keyof typeof layouts;

/** An address of any family, of routes whose own family is another one. */
export type Via =
  | { family: Known; addr: string }
  | { family: Exclude<Decoded<typeof addressFamily>, Known>; addr: Uint8Array };

const layout = (family: PropertyKey): AnyCodec =>
  Object.hasOwn(layouts, family) ? layouts[family as Known] : (bytes as AnyCodec);

/** `struct rtvia`, linux/rtnetlink.h: an address behind its family. */
export const rtvia: Codec<Via> = {
  read(src, start, end) {
    if (end - start < addressFamily.size)
      throw new DecodeError(`expected a family and an address, got ${end - start} bytes`, start);
    const family = addressFamily.get(src, start);
    return { family, addr: layout(family).read(src, start + addressFamily.size, end) } as Via;
  },
  write(w, value) {
    if (typeof value !== 'object' || value === null) throw wrongType(`expected { family, addr }, got ${shown(value)}`);
    addressFamily.write(w, value.family);
    try {
      layout(value.family).write(w, value.addr as never);
    } catch (error) {
      throw refusedWithin(error, 'addr');
    }
  },
};
