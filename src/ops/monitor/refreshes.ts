import type { Resync } from './event.js';

export const mark = (phase: Resync['phase'], reason: Resync['reason']): Resync => ({ type: 'resync', phase, reason });

/** Looks at everything that somebody wants: one at a time, each between two marks. */
export class Refreshes {
  #wanted: Resync | undefined;
  #underWay: Resync | undefined;

  /** One more, unless one is wanted that has not begun. Returns the mark that will end it. */
  want(): Resync {
    this.#wanted ??= mark('end', 'refresh');
    return this.#wanted;
  }

  /** Whether one is to begin as soon as none is under way. */
  get pending(): boolean {
    return this.#wanted !== undefined && this.#underWay === undefined;
  }

  /** Returns the marks with which the wanted one begins. */
  begin(): Resync[] {
    this.#underWay = this.#wanted;
    this.#wanted = undefined;
    return [mark('begin', 'refresh')];
  }

  /** Notifications were lost. Returns the marks that are due: what is under way ends together with looking after that. */
  lost(): Resync[] {
    return [...(this.#underWay === undefined ? [] : [mark('end', 'refresh')]), mark('begin', 'loss')];
  }

  /** All is known. Returns the marks that are due. */
  end(afterLoss: boolean): Resync[] {
    const done = this.#underWay === undefined ? [] : [this.#underWay];
    this.#underWay = undefined;
    if (!afterLoss) return done;
    return [mark('end', 'loss'), ...(done.length > 0 ? [mark('begin', 'refresh'), ...done] : [])];
  }
}
