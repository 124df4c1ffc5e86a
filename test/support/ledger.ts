import type { MonitorEvent, ObjectEvent, WatchedGroup } from '../../src/index.js';
import { groups } from '../../src/ops/monitor/groups.js';

/** What nobody is told of may differ: counters, lifetimes that run. */
function unchanged(
  { group, previous }: Extract<ObjectEvent, { type: 'changed' }>,
  known: ObjectEvent['object'],
): boolean {
  return groups[group].differences(known as never, previous as never, false).length === 0;
}

/**
 * Books of what a monitor reports, which throw at the first entry that cannot be: what is added must not be there, what
 * changes or goes must be there, and be what was told last; between the marks nothing comes out of order.
 */
export class Ledger {
  readonly objects = new Map<string, ObjectEvent['object']>();
  readonly events: MonitorEvent[] = [];
  synced = false;
  resyncing = false;
  resyncs = 0;

  apply(event: MonitorEvent): void {
    this.events.push(event);
    if (event.type === 'synced') this.#must(!this.synced && (this.synced = true), 'synced twice', event);
    else if (event.type === 'resync') this.#mark(event.phase === 'begin', event);
    else this.#object(event);
  }

  /** What is there of a group, by the monitor. */
  of<G extends WatchedGroup>(group: G, nsid?: number): Extract<ObjectEvent, { group: G }>['object'][] {
    const prefix = `${nsid} ${group} `;
    return [...this.objects].flatMap(([key, object]) => (key.startsWith(prefix) ? [object as never] : []));
  }

  #mark(begin: boolean, event: MonitorEvent): void {
    this.#must(this.synced, 'a mark before synced', event);
    this.#must(begin !== this.resyncing, 'marks out of order', event);
    this.resyncing = begin;
    if (begin && event.type === 'resync' && event.reason === 'loss') this.resyncs++;
  }

  #object(event: ObjectEvent): void {
    const { group, nsid, object, type } = event;
    const keyOf = (each: object): string => `${nsid} ${group} ${groups[group].key(each as never)}`;
    const key = keyOf(object);
    // What replaces another may have another key.
    const known = this.objects.get(type === 'changed' ? keyOf(event.previous) : key);
    if (type === 'added') this.#must(known === undefined, 'added twice', event);
    else this.#must(known !== undefined, 'not there', event);
    if (type === 'changed') {
      this.objects.delete(keyOf(event.previous));
      this.#must(!this.objects.has(key), 'two under one key', event);
      this.#must(unchanged(event, known!), 'the previous state is another than told', event);
      this.#must(event.fields.length > 0, 'nothing differs', event);
    }
    if (type === 'removed') this.objects.delete(key);
    else this.objects.set(key, object);
  }

  #must(holds: boolean, otherwise: string, event: MonitorEvent): void {
    if (!holds) throw new Error(`${otherwise}: ${JSON.stringify(event)}`);
  }
}
