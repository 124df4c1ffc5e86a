// Only compiled: what must and what must not type-check at the call sites.
import { type Address, type Link, netns, open, type Replaced } from '../../src/index.js';
import { decodeMessages, encodeMessage, RTM_NEWADDR, RTM_NEWLINK } from '../../src/protocol/index.js';

export async function callSites(): Promise<void> {
  await using ip = open();
  const link: Link = await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', mtu: 1400 } });
  const addresses: Address[] = await ip.address.list({ link, family: 4 });
  const bytes: bigint | undefined = (await ip.link.get(1)).stats?.rxBytes;
  const exact: number = addresses.length + Number(bytes);
  await ip.link.set(link, { up: true, master: null }, { timeout: exact, signal: AbortSignal.timeout(1) });
  using ns = netns.create();
  const inside: number = ns.run(() => 1);
  await ip.link.add({ kind: 'somethingnew', name: `x${inside}` });

  await ip.route.add('default', { gateway: '10.0.0.1', table: 1000, protocol: 'static', nexthops: undefined });
  const way: string | undefined = (await ip.route.get('10.0.0.9', { from: '10.0.0.1' })).gateway;
  for (const route of await ip.route.list({ table: 'all' })) await ip.route.delete(route);
  await ip.rule.add({ from: '10.0.0.0/24', table: 5, dport: [80, 90] });
  const replaced: Replaced = await ip.neighbour.replace(link, '10.0.0.9', { lladdr: '02:00:00:00:00:09' });
  const ensured: Replaced = await ip.address.ensure(link, '10.0.0.1/24');
  const changed: boolean = replaced.changed || ensured.changed || (await ip.route.replace('default', {})).created;
  const learned: (number | undefined)[] = (await ip.fdb.list({ bridge: 'br0' })).map(entry => entry.used);
  await ip.bridge.setPort('p0', { learning: false, state: 'forwarding', cost: 5 });
  await ip.bridge.addVlan('p0', [10, 20], { untagged: true });
  await ip.forwarding.set({ ipv4: true, link });
  await ip.link.set('br0', { kind: 'bridge', data: { stpState: 1 }, up: true });
  const peerIndex: number | undefined = (await ip.link.peer(link))?.link?.index;
  const drops: bigint | undefined = (await ip.link.driverStats(peerIndex ?? 1))['rx_queue_0_drops'];
  use(drops);
  use(way, learned, changed);

  for await (const event of ip.monitor(['link', 'route'])) {
    if (event.type === 'changed' && event.group === 'route')
      use(event.previous.gateway, event.fields.includes('gateway'));
    // @ts-expect-error addresses are not monitored here
    if (event.type === 'added' && event.group === 'address') break;
    // @ts-expect-error only what changed has a previous state
    if (event.type === 'added') use(event.previous);
  }
  await using store = ip.watch(['link', 'neighbour']);
  const known: string | undefined = store.neighbours.get('10.0.0.9', 'veth1')?.lladdr;
  const gone: undefined = await ip.link.waitFor('veth1', 'absent');
  const there: Link = await ip.link.waitFor('veth1', { operState: 'up' });
  use(known, gone, there);
  // @ts-expect-error no such group
  ip.watch(['links']);
  // @ts-expect-error counters cannot be waited for
  await ip.link.waitFor('veth1', { stats: undefined });

  // @ts-expect-error a misspelt setting
  await ip.route.add('default', { via: '10.0.0.1' });
  // @ts-expect-error a setting of another kind
  await ip.link.set('br0', { kind: 'bridge', data: { vlanFlags: 1 } });
  // @ts-expect-error no such table
  await ip.route.list({ table: 'mian' });
  // @ts-expect-error no such type
  await ip.route.add('10.0.0.0/8', { type: 'blackhol' });
  // @ts-expect-error read-only
  await ip.bridge.setPort('p0', { designatedCost: 5 });
  // @ts-expect-error a misspelt setting
  await ip.link.set('veth1', { mut: 1400 });
  // @ts-expect-error the wrong type of value
  await ip.link.set('veth1', { mtu: '1400' });
  // @ts-expect-error only a veth has a peer
  await ip.link.add({ kind: 'bridge', peer: { name: 'x' } });
  // @ts-expect-error no such flag
  await ip.address.add('veth1', '10.0.0.1/8', { flags: ['nodda'] });
  // @ts-expect-error families are 4 and 6
  await ip.address.list({ family: 5 });
  // @ts-expect-error read-only
  link.mtu = 1;
}

export function messages(datagram: Uint8Array): void {
  for (const message of decodeMessages(datagram)) {
    if (message.type === RTM_NEWLINK) {
      const name: string | undefined = message.body.attrs.ifname;
      const index: number = message.body.index;
      const unknown: Uint8Array | undefined = message.body.attrs['#99']?.data;
      if (message.body.attrs.linkinfo?.kind === 'veth') {
        const peer: string | undefined = message.body.attrs.linkinfo.data?.peer?.attrs.ifname;
        use(name, index, unknown, peer);
      }
      // @ts-expect-error a misspelt attribute
      use(message.body.attrs.ifnam);
    }
    if (message.type === RTM_NEWADDR) {
      const label: string | undefined = message.body.attrs.label;
      use(label);
      // @ts-expect-error of another message
      use(message.body.attrs.mtu);
    }
  }
  encodeMessage({ type: RTM_NEWLINK, body: { attrs: { ifname: 'veth1', linkinfo: { kind: 'veth', data: {} } } } });
  // @ts-expect-error a misspelt attribute
  encodeMessage({ type: RTM_NEWLINK, body: { attrs: { ifnam: 'veth1' } } });
  // @ts-expect-error the wrong type of value
  encodeMessage({ type: RTM_NEWLINK, body: { attrs: { mtu: '1400' } } });
  // @ts-expect-error the data of another kind
  encodeMessage({ type: RTM_NEWLINK, body: { attrs: { linkinfo: { kind: 'veth', data: { id: 1 } } } } });
}

function use(..._values: unknown[]): void {}
