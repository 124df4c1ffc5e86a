// Only compiled: what must and what must not type-check in link messages.
import { decodeMessages, encodeMessage, type LinkAttrs, RTM_NEWLINK, RTM_SETLINK } from '../../src/protocol/index.js';

declare const attrs: LinkAttrs;

export function read(): void {
  const name: string | undefined = attrs.ifname;
  const addrGenMode: 'eui64' | 'none' | 'stablePrivacy' | 'random' | number | undefined =
    attrs.afSpec?.inet6?.addrGenMode;
  const vid: number | undefined = attrs.afSpec?.vlanInfo?.[0]?.vid;
  const cost: number | undefined = attrs.protinfo?.cost;
  use(name, addrGenMode, vid, cost);
}
function use(..._values: unknown[]): void {}
