import type { MonitorEvent, ObjectEvent, WatchedGroup } from '../../src/index.js';
import { groups } from '../../src/ops/monitor/groups.js';

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
    // Losses may follow one another before the first has been made good.
    this.#must(begin || this.resyncing, 'an end without a beginning', event);
    this.resyncing = begin;
    if (begin) this.resyncs++;
  }

  #object(event: ObjectEvent): void {
    const { group, nsid, object, type } = event;
    const key = `${nsid} ${group} ${groups[group].key(object as never)}`;
    const known = this.objects.get(key);
    if (type === 'added') this.#must(known === undefined, 'added twice', event);
    else this.#must(known !== undefined, 'not there', event);
    if (type === 'changed') {
      this.#must(event.previous === known, 'the previous state is another than told', event);
      this.#must(event.fields.length > 0, 'nothing differs', event);
    }
    if (type === 'removed') this.objects.delete(key);
    else this.objects.set(key, object);
  }

  #must(holds: boolean, otherwise: string, event: MonitorEvent): void {
    if (!holds) throw new Error(`${otherwise}: ${JSON.stringify(event)}`);
  }
}
