import type { WaitOptions } from '../../socket/exchange.js';
import type { Difference } from '../ensure/difference.js';
import type { Place } from './places.js';

/**
 * The order in which things are done: each needs only what comes before it. What cannot fail for others' sake is last, and
 * first only where it is in the way of something new. A new link may need the MTU that the one below is to have; settings
 * need no new link.
 */
export const PHASES = [
  'namespace',
  'route withdrawal',
  'address withdrawal',
  'link withdrawal',
  'settings',
  'link',
  'master',
  'bridge',
  'address',
  'up',
  'late address',
  'forwarding',
  'source',
  'route',
  'delete',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a step deals with. */
export type StepObject = 'netns' | 'link' | 'address' | 'route' | 'forwarding';

/** One step of a plan, as those see it who read the plan. */
export interface PlanStep {
  readonly action: 'add' | 'change' | 'delete';
  readonly object: StepObject;
  /** The namespace, as it was described: a name or `[inode]`; undefined for the one that `ip` works in. */
  readonly netns: string | undefined;
  /** The step in words, as `toString` of the plan has it: `link br0 mtu 1500 -> 1400`. */
  readonly text: string;
  /** What a change changes; empty for what is added or deleted. */
  readonly differences: readonly Difference[];
}

/** One step, and how to take it and take it back. */
export interface Step extends Omit<PlanStep, 'differences'> {
  readonly differences?: readonly Difference[] | undefined;
  readonly phase: Phase;
  readonly place: Place;
  run(options: WaitOptions): Promise<unknown>;
  /**
   * Takes it back. It must do no harm where there is nothing (any more) to take back. Addresses and routes that went are
   * given back in the end, all together, since they rest on each other: see `Losses`.
   */
  undo(): Promise<unknown>;
  /** Indices of the links that it changes, of those that are there: see `Scope`. */
  readonly touches?: readonly number[] | undefined;
  /** What the address or the route that it changes or deletes is told from others by. */
  readonly key?: string | undefined;
  /** Whether a step that failed may have taken effect in part all the same, and must be taken back too. */
  readonly partial?: boolean | undefined;
  /** Whether it is not told: it sees to it that others come out as described, and does nothing alone. */
  readonly untold?: boolean | undefined;
  /** Whether addresses or routes go with it, or are no more as they were; `'undone'`: only when it has to be taken back. */
  readonly lossy?: boolean | 'undone' | undefined;
}

export const isTold = ({ untold = false }: Step): boolean => !untold;

const SIGNS = { add: '+', change: '~', delete: '-' };

/** What is to be done, or was: in the order in which it is. */
export class Plan {
  /** The steps; none if all is as described. */
  readonly steps: readonly PlanStep[];

  constructor(
    steps: readonly Step[],
    /** Whether it has been carried out. */
    readonly applied: boolean,
  ) {
    this.steps = steps.filter(isTold).map(({ action, object, netns, text, differences = [] }) => ({
      action,
      object,
      netns,
      text,
      differences,
    }));
  }

  /** Whether anything is, or was, to be done. */
  get changed(): boolean {
    return this.steps.length > 0;
  }

  /** One line a step, like a diff: `+ link veth1 kind veth`, `~ link br0 mtu 1500 -> 1400`; `nothing to do` if empty. */
  toString(): string {
    if (!this.changed) return 'nothing to do';
    return this.steps.map(({ action, text }) => `${SIGNS[action]} ${text}`).join('\n');
  }
}
