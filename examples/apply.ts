// Two hosts on a bridge, described instead of made: a plan like a diff, then the same again, then a change.
import { type NetworkSpec, netns, open } from 'rtnetlink';
import { echoServer, roundTrip, udp } from './support/udp.js';

using middle = netns.create();
await using ip = open({ netns: middle });

const network: NetworkSpec = {
  links: [
    { name: 'br0', kind: 'bridge', mtu: 1500, addresses: ['10.0.0.1/24'], up: true },
    {
      name: 'left',
      kind: 'veth',
      master: 'br0',
      up: true,
      peer: { name: 'eth0', netns: 'left', addresses: ['10.0.0.2/24'], up: true },
    },
    {
      name: 'right',
      kind: 'veth',
      master: 'br0',
      up: true,
      peer: { name: 'eth0', netns: 'right', addresses: ['10.0.0.3/24'], up: true },
    },
  ],
  namespaces: [
    { netns: 'left', routes: [{ destination: 'default', gateway: '10.0.0.1' }] },
    { netns: 'right', routes: [{ destination: 'default', gateway: '10.0.0.1' }] },
  ],
};

console.log(`what would be done\n${await ip.apply(network, { dryRun: true })}\n`);
await ip.apply(network);
console.log(`once more: ${await ip.apply(network)}\n`);

using left = netns.open('left');
using right = netns.open('right');
await using _server = echoServer(right, '10.0.0.3');
await using client = udp(left, '10.0.0.2');
console.log(`UDP left -> right and back: ${(await roundTrip(client, '10.0.0.3')).toFixed(3)} ms\n`);

// Somebody else makes a mess, and it is put in order again.
await ip.link.set('br0', { mtu: 1400, up: false });
await using host = open({ netns: left });
await host.address.delete('eth0', '10.0.0.2/24');
console.log(`put in order\n${await ip.apply(network)}\n`);

// A description with a mistake: what was done of it is undone.
const wrong: NetworkSpec = {
  links: [{ name: 'br0', kind: 'bridge', mtu: 1300 }],
  routes: [{ destination: 'default', gateway: '192.0.2.1' }],
};
await ip.apply(wrong).catch((error: Error) => console.log(error.message));
console.log(`and br0 has an MTU of ${(await ip.link.get('br0')).mtu} still\n`);

const gone: NetworkSpec = {
  links: [{ name: 'br0', state: 'absent' }],
  namespaces: [
    { netns: 'left', state: 'absent' },
    { netns: 'right', state: 'absent' },
  ],
};
console.log(`taken down\n${await ip.apply(gone)}`);
