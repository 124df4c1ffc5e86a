import { checkSignal } from '../../socket/abort.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { groupBy } from '../group-by.js';
import { isUndecided } from '../veth-pair.js';
import { LinksBefore } from './links-before.js';
import { Losses } from './losses.js';
import { restoreMtus } from './mtus.js';
import type { Place, View } from './places.js';
import { Scopes } from './scope.js';
import type { Step } from './step.js';
import { tellUnlike } from './unlike.js';

/** A step that was taken, and what the plan that it is of went by. */
interface Done {
  readonly step: Step;
  readonly views: ReadonlyMap<Place, View>;
}

/** Steps that are taken all or not at all. */
export class Transaction {
  readonly #operation: string;
  readonly #options: WaitOptions;
  readonly #done: Done[] = [];
  readonly #losses = new Losses();
  readonly #links = new LinksBefore();

  constructor(operation: string, options: WaitOptions) {
    this.#operation = operation;
    this.#options = options;
  }

  /** Takes the steps, in order. A step is not given up half-way: the signal is heeded between them. */
  async run(steps: readonly Step[], places: readonly Place[]): Promise<void> {
    const { signal, timeout } = this.#options;
    if (mayLose(steps)) await this.#losses.note(places, this.#options);
    this.#links.note(steps, places);
    const views = new Map(places.map(place => [place, place.view]));
    for (const step of steps) {
      checkSignal(signal, this.#operation);
      try {
        await step.run({ timeout });
        this.#done.push({ step, views });
      } catch (error) {
        if (step.partial || isUndecided(error)) this.#done.push({ step, views });
        throw error;
      }
    }
  }

  /** Takes back all that was done, the last first, and returns the error to throw. */
  async rollBack(cause: unknown): Promise<unknown> {
    const failures: Error[] = [];
    const fail = (error: unknown): void => void failures.push(error as Error);
    const scopes = this.#scopes();
    while (this.#done.length > 0) {
      const { step, views } = this.#done.pop()!;
      for (const [place, view] of views) place.view = view;
      try {
        await step.undo();
      } catch (error) {
        fail(error);
      }
    }
    await restoreMtus(this.#links, scopes, fail);
    await this.#losses.makeGood(scopes, fail);
    if (failures.length === 0) await tellUnlike(this.#links, scopes, fail);
    if (failures.length === 0) return cause;
    const words = failures.map(error => error.message).join('; ');
    return new AggregateError(
      [cause, ...failures],
      `${(cause as Error).message}; and not all could be undone: ${words}`,
    );
  }

  #scopes(): Scopes {
    const scopes = new Scopes();
    for (const [views, done] of groupBy(this.#done, each => each.views))
      scopes.add({ steps: done.map(({ step }) => step), views });
    return scopes;
  }
}

/** What is done alone is taken back too, if it was done in part or nobody knows whether it was done. */
const mayLose = (steps: readonly Step[]): boolean => steps.some(({ lossy = false }) => lossy !== false);
