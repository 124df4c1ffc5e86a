import { setImmediate, time } from './clock.js';

/** So many milliseconds may the event loop stand still; then timers, signals and other sockets get their turn. */
export const TIME_SLICE = 10;

let began: number | undefined;

/**
 * When the event loop's turn began, or when somebody asked first in it. The kernel's answers are there at once, so that
 * a program that asks again and again would never wait for anything, and no timer of its would fire.
 */
export function turnBegan(): number {
  if (began === undefined) {
    began = time();
    setImmediate(over);
  }
  return began;
}

function over(): void {
  began = undefined;
}
