// Two networks, joined by a namespace that forwards: IPv4 and IPv6.
import { netns, open } from 'rtnetlink';
import { brief } from './support/brief.js';
import { echoServer, roundTrip, udp } from './support/udp.js';

using left = netns.create();
using middle = netns.create();
using right = netns.create();
await using router = open({ netns: middle });

for (const { side, ns, network } of [
  { side: 'left', ns: left, network: 1 },
  { side: 'right', ns: right, network: 2 },
]) {
  await router.link.add({ name: side, kind: 'veth', peer: { name: 'eth0', netns: ns } });
  await router.address.add(side, `10.0.${network}.1/24`);
  await router.address.add(side, `fd00:${network}::1/64`, { flags: ['nodad'] });

  await using host = open({ netns: ns });
  await host.address.add('eth0', `10.0.${network}.2/24`);
  await host.address.add('eth0', `fd00:${network}::2/64`, { flags: ['nodad'] });
  await host.link.set('eth0', { up: true });
  await router.link.set(side, { up: true });
  await host.route.add('default', { gateway: `10.0.${network}.1` });
  await host.route.add('default', { gateway: `fd00:${network}::1` });
}

await using ip = open({ netns: left });
for (const destination of ['10.0.2.2', 'fd00:2::2']) {
  const { gateway, source } = await ip.route.get(destination);
  console.log(`left reaches ${destination} by ${gateway}, as ${source}`);
}

const attempt = async (from: string, to: string, timeout?: number): Promise<void> => {
  await using _server = echoServer(right, to);
  await using client = udp(left, from);
  const answer = await roundTrip(client, to, timeout).catch(() => undefined);
  console.log(`UDP ${from} -> ${to}: ${answer === undefined ? 'no answer' : `back in ${answer.toFixed(3)} ms`}`);
};

await router.forwarding.set({ ipv4: false, ipv6: false });
console.log(`\nforwarding ${JSON.stringify(await router.forwarding.get())}`);
await attempt('10.0.1.2', '10.0.2.2', 1000);
await router.forwarding.set({ ipv4: true, ipv6: true });
console.log(`forwarding ${JSON.stringify(await router.forwarding.get())}`);
await attempt('10.0.1.2', '10.0.2.2');
await attempt('fd00:1::2', 'fd00:2::2');

console.log(`\nrouter\n${await brief(router)}`);
for (const route of await router.route.list()) {
  const link = route.index === undefined ? '-' : (await router.link.get(route.index)).name;
  console.log(`  ${route.destination} dev ${link} proto ${route.protocol}`);
}

console.log(`
[left eth0] --- left [router] right --- [right eth0]
 10.0.1.2      10.0.1.1    10.0.2.1       10.0.2.2
 fd00:1::2    fd00:1::1    fd00:2::1      fd00:2::2`);
