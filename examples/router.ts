// Two networks, joined by a namespace that forwards: IPv4 and IPv6.
import { netns, open, topology } from 'rtnetlink';
import { echoServer, roundTrip, udp } from './support/udp.js';

using left = netns.create();
using middle = netns.create();
using right = netns.create();
await using router = open({ netns: middle });

for (const { side, ns, network } of [
  { side: 'left', ns: left, network: 1 },
  { side: 'right', ns: right, network: 2 },
]) {
  // nodad: nobody else is here, so the IPv6 addresses need not wait a second or two to find that out.
  const addresses = (host: number) => [
    `10.0.${network}.${host}/24`,
    { address: `fd00:${network}::${host}/64`, flags: ['nodad'] as const },
  ];
  const [, eth0] = await router.veth.create(
    { name: side, addresses: addresses(1), up: true },
    { name: 'eth0', netns: ns, addresses: addresses(2), up: true },
  );
  await using host = eth0.open();
  await host.route.add('default', { gateway: `10.0.${network}.1` });
  await host.route.add('default', { gateway: `fd00:${network}::1` });
}
console.log('made two networks, and a router between them\n');

await using ip = open({ netns: left });
for (const destination of ['10.0.2.2', 'fd00:2::2']) {
  const { gateway, source } = await ip.route.get(destination);
  console.log(`left reaches ${destination} by ${gateway}, as ${source}`);
}

async function attempt(from: string, to: string, timeout = 20_000): Promise<void> {
  await using _server = echoServer(right, to);
  await using client = udp(left, from);
  try {
    console.log(`UDP ${from} -> ${to}: back in ${(await roundTrip(client, to, { timeout })).toFixed(3)} ms`);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    console.log(`UDP ${from} -> ${to}: no answer`);
  }
}

// Until a namespace is told to forward, it takes only what is meant for itself.
await router.forwarding.set({ ipv4: false, ipv6: false });
console.log(`\nforwarding ${JSON.stringify(await router.forwarding.get())}`);
await attempt('10.0.1.2', '10.0.2.2', 1000);
await router.forwarding.set({ ipv4: true, ipv6: true });
console.log(`forwarding ${JSON.stringify(await router.forwarding.get())}`);
await attempt('10.0.1.2', '10.0.2.2');
await attempt('fd00:1::2', 'fd00:2::2');

console.log("\nthe router's routes (ip route show)");
for (const route of await router.route.list()) {
  const link = route.index === undefined ? '-' : (await router.link.get(route.index)).name;
  console.log(`  ${route.destination} dev ${link} proto ${route.protocol}`);
}

console.log(`\n${await topology({ namespaces: { left, router: middle, right }, processes: false })}`);
