// Two network namespaces, a veth pair across them, addresses, traffic, and everything cleaned up.
import dgram from 'node:dgram';
import { once } from 'node:events';
import { type Ip, type Namespace, netns, numericLookup, open } from 'rtnetlink';

const PORT = 7;

/** One line as `ip -br address` prints it. */
async function brief(ip: Ip): Promise<string> {
  const [links, addresses] = await Promise.all([ip.link.list(), ip.address.list()]);
  const lines = links.map(link => {
    const name = link.linkIndex === undefined ? link.name : `${link.name}@if${link.linkIndex}`;
    const own = addresses.filter(address => address.index === link.index).map(address => address.cidr);
    return `  ${link.index}: ${name.padEnd(12)} ${String(link.operState).toUpperCase().padEnd(8)} ${link.address}  ${own.join(' ')}`;
  });
  return lines.join('\n');
}

/** A UDP socket that belongs to `ns`. */
function udp(ns: Namespace, address: string, port = 0): dgram.Socket {
  return ns.run(() => dgram.createSocket({ type: 'udp4', lookup: numericLookup }).bind(port, address));
}

/** Milliseconds until the other end's answer is here. */
async function roundTrip(from: dgram.Socket, address: string): Promise<number> {
  const started = performance.now();
  const answer = once(from, 'message', { signal: AbortSignal.timeout(2000) });
  from.send('ping', PORT, address);
  await answer;
  return performance.now() - started;
}

using ns1 = netns.create();
using ns2 = netns.create();
await using ip1 = open({ netns: ns1 });
await using ip2 = open({ netns: ns2 });

await ip1.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', netns: ns2 } });
await ip1.address.add('veth1', '172.20.1.1/24');
await ip2.address.add('veth2', '172.20.1.2/24');
await Promise.all([ip1.link.set('veth1', { up: true }), ip2.link.set('veth2', { up: true })]);
await new Promise(resolve => setTimeout(resolve, 50));

console.log(`${ns1.label}\n${await brief(ip1)}`);
console.log(`${ns2.label}\n${await brief(ip2)}`);

const server = udp(ns2, '172.20.1.2', PORT);
server.on('message', (message, { address, port }) => server.send(message, port, address));
const client = udp(ns1, '172.20.1.1');
try {
  for (let i = 1; i <= 3; i++) {
    console.log(`UDP 172.20.1.1 -> 172.20.1.2 -> 172.20.1.1: ${(await roundTrip(client, '172.20.1.2')).toFixed(3)} ms`);
  }
} finally {
  client.close();
  server.close();
}
