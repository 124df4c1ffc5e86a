// What happens in a namespace, as it happens: links, addresses, routes and neighbours come, change and go.
// npm run example -- monitor
import { type MonitorEvent, netns, open } from 'rtnetlink';

using ns = netns.create();
await using ip = open({ netns: ns });
const over = new AbortController();
let ready!: () => void;
const synced = new Promise<void>(resolve => (ready = resolve));
const told = follow();
await Promise.race([synced, told]); // what is there has been told; now comes what happens

await ip.link.set('lo', { up: true });
await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
await Promise.all(['veth1', 'veth2'].map(name => ip.link.set(name, { up: true })));
await ip.link.waitFor('veth1', { operState: 'up' });
await ip.address.add('veth1', '10.0.0.1/24');
await ip.address.add('veth1', 'fd00::1/64');
await ip.address.waitFor('veth1', 'fd00::1'); // usable: past duplicate address detection
await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' });
await ip.route.replace('10.1.0.0/16', { gateway: '10.0.0.3' });
await ip.link.set('veth1', { up: false }); // the kernel says nothing of the routes that go with it
await ip.link.delete('veth1');
await ip.link.waitFor('veth2', 'absent');

// What is there by now: the same as a picture that keeps itself up to date.
await using store = ip.watch(['link', 'address', 'route']);
await store.ready;
console.log(`left: ${[...store.links].map(link => link.name)}, ${store.routes.list({ family: 4 }).length} IPv4 routes`);
setTimeout(() => over.abort(), 300);
await told;

async function follow(): Promise<void> {
  try {
    for await (const event of ip.monitor(['link', 'address', 'route'], { signal: over.signal })) {
      if (event.type === 'synced') ready();
      const line = lineOf(event);
      if (line !== undefined) console.log(line);
    }
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
}

function lineOf(event: MonitorEvent): string | undefined {
  if (event.type === 'synced' || event.type === 'resync') return event.type;
  const fields = event.type === 'changed' ? `: ${event.fields.join(', ')}` : '';
  switch (event.group) {
    case 'link':
      return `link ${event.object.name} ${event.type}${fields}`;
    case 'address':
      return `address ${event.object.cidr} ${event.type}${fields}`;
    case 'route':
      return event.object.table === 'main' ? `route ${event.object.destination} ${event.type}${fields}` : undefined;
    default:
      return undefined;
  }
}
