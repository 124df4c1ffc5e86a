import { macBytes } from '../protocol/address-codecs.js';
import { refusedWithin } from '../protocol/errors.js';

/** The bytes of a hardware address; the error for what is none names the argument. */
export function hardwareBytes(argument: string, address: string): Uint8Array {
  try {
    return macBytes(address);
  } catch (error) {
    throw refusedWithin(error, argument);
  }
}
