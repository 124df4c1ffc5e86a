import type { WaitOptions } from '../../socket/exchange.js';
import type { Context } from '../context.js';
import { Sites } from '../sites.js';
import { checkLink, checkSpec } from './check.js';
import { Places } from './places.js';
import { APPLY, Planner } from './planner.js';
import { Transaction } from './run.js';
import type { NetworkSpec } from './spec.js';
import { Plan, type Step } from './step.js';

/** How a description is to be applied. */
export interface ApplyOptions extends WaitOptions {
  /** Only say what would be done. */
  dryRun?: boolean | undefined;
}

/** A round for what the kernel dropped in the one before, and one to spare. */
const ROUNDS = 3;

/** Makes things as described, or leaves them as they were. */
export async function apply(
  context: Context,
  spec: NetworkSpec,
  { dryRun = false, ...options }: ApplyOptions,
  operation = APPLY,
): Promise<Plan> {
  if (operation === APPLY) checkSpec(spec, operation);
  else for (const link of spec.links ?? []) checkLink(link, operation);
  using places = new Places(new Sites(context));
  const planner = new Planner(places, spec, operation, options);
  const steps = await planner.plan();
  if (dryRun || steps.length === 0) return new Plan(steps, !dryRun);
  const transaction = new Transaction(operation, options);
  const taken: Step[] = [];
  try {
    let round: readonly Step[] = steps;
    for (let left = ROUNDS; round.length > 0 && left > 0; left--) {
      await transaction.run(round, places.all);
      taken.push(...round);
      // With a link that went down, or an address, the kernel may have dropped what was to stay.
      round = round.some(step => step.lossy) ? await planner.plan() : [];
    }
    if (round.length > 0)
      throw new Error(`${operation}: the kernel takes it and does not do it:\n${new Plan(round, false)}`);
  } catch (error) {
    throw await transaction.rollBack(error);
  }
  return new Plan(taken, true);
}
