// Two network namespaces, a veth pair across them in one call, and how long a packet takes there and back.
import { netns, open, topology } from 'rtnetlink';
import { echoServer, roundTrip, udp } from './support/udp.js';

// Namespaces without names live as long as this program holds them: however it ends, nothing is left of them.
using left = netns.create();
using right = netns.create();
console.log(`made two namespaces, ${left.label} and ${right.label}`);

// Each end is born in its namespace, with its address, and up. If any of it fails, nothing is left of the pair.
await using ip = open({ netns: left });
const [veth1, veth2] = await ip.veth.create(
  { name: 'veth1', addresses: ['172.20.5.1/24'], up: true },
  { name: 'veth2', netns: right, addresses: ['172.20.5.2/24'], up: true },
);
console.log(`made a pair: veth1 is ${veth1.link.address} on the left, veth2 is ${veth2.link.address} on the right\n`);

await using _server = echoServer(right, '172.20.5.2');
await using client = udp(left, '172.20.5.1');
for (let i = 1; i <= 3; i++) {
  const milliseconds = await roundTrip(client, '172.20.5.2');
  console.log(`UDP left -> right and back: ${milliseconds.toFixed(3)} ms`);
}

console.log(`\n${await topology({ namespaces: { left, right }, processes: false })}`);
