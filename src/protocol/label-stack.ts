import type { Codec } from './codec.js';
import { DecodeError, outOfRange, shown, wrongType } from './errors.js';

/** Bits of `struct mpls_label`, linux/mpls.h, that are neither label nor bottom of stack: traffic class and TTL. */
const REST = 0xeff;
const BOTTOM = 0x100;
const LABEL_SHIFT = 12;
const MAX_LABEL = 0xfffff;

/**
 * MPLS labels, the outermost first, as `ip` writes them: `100/200`. In routes their traffic class and TTL are zero
 * and the last one is the bottom of the stack, by which the kernel knows its end; it refuses anything else.
 */
export const labelStack: Codec<string> = {
  read(src, start, end) {
    if (end === start || (end - start) % 4 !== 0)
      throw new DecodeError(`expected labels of 4 bytes each, got ${end - start} bytes`, start);
    const labels: number[] = [];
    for (let at = start; at < end; at += 4) {
      const entry = src.view.getUint32(at);
      if ((entry & REST) !== 0 || ((entry & BOTTOM) !== 0) !== (at + 4 === end))
        throw new DecodeError(`expected a label of a stack, got 0x${entry.toString(16).padStart(8, '0')}`, at);
      labels.push(entry >>> LABEL_SHIFT);
    }
    return labels.join('/');
  },
  write(w, value) {
    if (typeof value !== 'string') throw wrongType(`expected labels as text, got ${shown(value)}`);
    const labels = value.split('/').map(part => (/^\d{1,7}$/.test(part) ? Number(part) : Number.NaN));
    if (!labels.every(label => label <= MAX_LABEL))
      throw outOfRange(`expected labels from 0 to ${MAX_LABEL} like 100/200, got ${shown(value)}`);
    for (const [i, label] of labels.entries())
      w.u32(((label << LABEL_SHIFT) | (i === labels.length - 1 ? BOTTOM : 0)) >>> 0, false);
  },
};
