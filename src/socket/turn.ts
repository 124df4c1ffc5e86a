import { setImmediate, time } from './clock.js';

/** So many milliseconds may the event loop stand still; then timers, signals and other sockets get their turn. */
export const TIME_SLICE = 10;

/** When the slice began that is being used. */
let began: number | undefined;
/** `turnOver` has been asked for. */
let watched = false;
/** How many have put off what they do to the next turn, and how many had to this one. */
let deferred = 0;
let parties = 1;

/**
 * When the time is over in which work may be done in this turn of the event loop, milliseconds. The kernel's answers are
 * there at once, so that a program that asks again and again would never wait for anything, and no timer of its would
 * fire.
 */
export function endOfSlice(): number {
  began ??= time();
  if (!watched) {
    watched = true;
    setImmediate(turnOver);
  }
  return began + TIME_SLICE / parties;
}

function turnOver(): void {
  watched = false;
  began = undefined;
  parties = Math.max(1, deferred);
  deferred = 0;
}

/** Goes on in the next turn. All who have to wait for it share its time: each has a slice, so that none starves the others. */
export function inNextTurn(goOn: () => void): void {
  endOfSlice(); // before those who wait comes the end of this turn
  deferred++;
  setImmediate(() => {
    began = undefined;
    endOfSlice(); // the slice begins, and its turn will end, whether or not anybody asks how long it lasts
    goOn();
  });
}
