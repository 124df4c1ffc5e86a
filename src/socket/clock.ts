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

/** Until the event loop's next turn. */
export const nextTurn = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

export const queueMicrotask = globalThis.queueMicrotask;
