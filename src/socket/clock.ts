import { performance } from 'node:perf_hooks';
import timers from 'node:timers';

/**
 * The machine's time, as it was when this module was loaded. Test tools put a clock of their own in the place of the
 * globals and of what `node:timers` exports (jest.useFakeTimers, mock.timers of node:test): the kernel keeps to no such
 * clock, and a socket that waits for its hands would wait for ever.
 */
export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = timers;

/** `process.nextTick` */
export const nextTick = process.nextTick.bind(process);

/** Milliseconds since the process began. */
export const time = performance.now.bind(performance);

/** setTimeout counts in 31 bits and fires at once for more. */
const LONGEST_TIMER = 0x7fffffff;

/** Calls `onTime` after so many milliseconds, however many; never for Infinity. Returns what stops it. */
export function after(milliseconds: number, onTime: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (step < left ? start(left - step) : onTime()), step);
  };
  if (milliseconds !== Number.POSITIVE_INFINITY) start(milliseconds);
  return () => clearTimeout(timer);
}

/** Until the event loop's next turn. */
export const nextTurn = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

export const queueMicrotask = globalThis.queueMicrotask;
