// Two network namespaces, a veth pair across them, addresses, traffic, and everything cleaned up.
import { netns, open } from 'rtnetlink';
import { brief } from './support/brief.js';
import { echoServer, roundTrip, udp } from './support/udp.js';

using ns1 = netns.create();
using ns2 = netns.create();
await using ip1 = open({ netns: ns1 });
await using ip2 = open({ netns: ns2 });

await ip1.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', netns: ns2 } });
await ip1.address.add('veth1', '172.20.1.1/24');
await ip2.address.add('veth2', '172.20.1.2/24');
await Promise.all([ip1.link.set('veth1', { up: true }), ip2.link.set('veth2', { up: true })]);
await Promise.all([ip1.link.waitFor('veth1', { operState: 'up' }), ip2.link.waitFor('veth2', { operState: 'up' })]);

console.log(`${ns1.label}\n${await brief(ip1)}`);
console.log(`${ns2.label}\n${await brief(ip2)}`);

await using _server = echoServer(ns2, '172.20.1.2');
await using client = udp(ns1, '172.20.1.1');
for (let i = 1; i <= 3; i++) {
  const milliseconds = await roundTrip(client, '172.20.1.2');
  console.log(`UDP 172.20.1.1 -> 172.20.1.2 -> 172.20.1.1: ${milliseconds.toFixed(3)} ms`);
}
