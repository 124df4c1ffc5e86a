import type { WaitOptions } from '../../socket/exchange.js';
import type { Namespace } from '../../socket/namespace.js';
import { Forwarding, type ForwardingState } from '../forwarding.js';
import { openRef } from '../namespace-ref.js';
import { attach, create, remove } from '../netns/named.js';
import { type Files, giveBackFiles, noteForwarding } from './forwarding-files.js';
import type { Place, Places } from './places.js';
import type { Step } from './step.js';

/** Makes a namespace. */
export function namespaceStep(places: Places, place: Place): Step {
  const name = place.label!;
  return {
    phase: 'namespace',
    action: 'add',
    object: 'netns',
    netns: name,
    place,
    text: `netns ${name}`,
    async run() {
      places.enter(place, create(name));
    },
    async undo() {
      place.leave();
      place.namespace?.close();
      place.namespace = undefined;
      remove(name);
    },
  };
}

/** Takes a namespace's name away. It lives on in a handle until all has succeeded, and can have its name back. */
export function deleteNamespaceStep(place: Place, name: string): Step {
  let held: Namespace | undefined;
  return {
    phase: 'delete',
    action: 'delete',
    object: 'netns',
    netns: name,
    place,
    text: `netns ${name}`,
    async run() {
      held = openRef(name);
      place.namespace = held;
      remove(name);
    },
    async undo() {
      if (held !== undefined) attach(name, held);
    },
  };
}

/** Makes a namespace a router, or no longer. */
export async function forwardingSteps(
  place: Place,
  wanted: Partial<ForwardingState> | undefined,
  options: WaitOptions,
): Promise<Step[]> {
  if (wanted === undefined) return [];
  const isNew = place.site === undefined;
  const now = isNew ? { ipv4: false, ipv6: false } : await new Forwarding(place.context).get(options);
  const families = (['ipv4', 'ipv6'] as const).filter(each => wanted[each] !== undefined);
  return families
    .filter(family => isNew || wanted[family] !== now[family])
    .map(family => forwardingStep(place, isNew, family, now[family], wanted[family]!));
}

function forwardingStep(place: Place, isNew: boolean, family: keyof ForwardingState, from: boolean, to: boolean): Step {
  let before: Files = new Map();
  return {
    phase: 'forwarding',
    action: 'change',
    object: 'forwarding',
    netns: place.label,
    place,
    differences: [{ field: family, from, to }],
    lossy: family === 'ipv6' && !isNew,
    touches: family === 'ipv6' ? place.links.map(({ index }) => index) : [],
    text: place.words(`forwarding ${family}`, isNew ? String(to) : `${from} -> ${to}`),
    async run(options) {
      before = noteForwarding(place.context, family);
      await new Forwarding(place.context).set({ [family]: to }, options);
    },
    async undo() {
      giveBackFiles(place.context, before);
    },
  };
}
