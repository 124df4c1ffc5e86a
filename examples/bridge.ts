// Three namespaces on one Linux bridge, which learns behind which port each of them is.
import { netns, open, topology } from 'rtnetlink';
import { echoServer, roundTrip, udp } from './support/udp.js';

using red = netns.create();
using green = netns.create();
using blue = netns.create();
const hosts = [
  { name: 'red', ns: red, address: '172.20.3.1' },
  { name: 'green', ns: green, address: '172.20.3.2' },
  { name: 'blue', ns: blue, address: '172.20.3.3' },
];

// The bridge is in a namespace of its own, too. A port of it for each host; the other end is the host's eth0.
using middle = netns.create();
await using ip = open({ netns: middle });
await ip.link.add({ name: 'br0', kind: 'bridge', up: true });
for (const { name, ns, address } of hosts) {
  await ip.veth.create(
    { name, master: 'br0', up: true },
    { name: 'eth0', netns: ns, addresses: [`${address}/24`], up: true },
  );
}
console.log('made three namespaces, each with its eth0 plugged into br0\n');

for (const server of hosts) {
  await using _server = echoServer(server.ns, server.address);
  for (const client of hosts.filter(host => host !== server)) {
    await using socket = udp(client.ns, client.address);
    const milliseconds = await roundTrip(socket, server.address);
    console.log(`UDP ${client.name} -> ${server.name} and back: ${milliseconds.toFixed(3)} ms`);
  }
}

console.log('\nwhat br0 has learned (bridge fdb show br br0 dynamic)');
const ports = await ip.bridge.ports('br0');
for (const entry of await ip.fdb.list({ bridge: 'br0' })) {
  const port = ports.find(({ index }) => index === entry.index);
  if (entry.state === 'dynamic') console.log(`  ${entry.address} is behind ${port?.name}`);
}

console.log('\nand so it is');
for (const { name, ns } of hosts) {
  await using inside = open({ netns: ns });
  console.log(`  ${(await inside.link.get('eth0')).address} is eth0 of ${name}`);
}

console.log(`\n${await topology({ namespaces: { red, green, blue, middle }, processes: false })}`);
