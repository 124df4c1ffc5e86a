// Without any capability: reading works, changing says what it takes.
import { KernelTransport, open } from '../../../dist/index.js';

const ip = open();
const links = await ip.link.list();
const many = await Promise.allSettled(Array.from({ length: 500 }, () => ip.link.get('lo')));
const words = attempt => {
  try {
    attempt().close();
    return 'done';
  } catch (error) {
    return error.message;
  }
};
const joins = [
  () => ip.socket.subscribe(['link', 'ipv4Ifaddr', 'nexthop']),
  () => ip.socket.subscribe(['ipv4MrouteR']),
  () => ip.socket.subscribe(['link'], { allNamespaces: true }),
].map(words);
const raw = await ip.socket.request(16, { index: 1, attrs: { mtu: 1500 } }).catch(error => error.message);
const writes = await Promise.allSettled([
  ip.link.add({ name: 'veth1', kind: 'veth' }),
  ip.link.delete('lo'),
  ip.address.add('lo', '10.0.0.1/8'),
  ip.route.add('10.0.0.0/8', { link: 'lo' }),
  ip.rule.add({ priority: 5, table: 7 }),
]);
const transport = new KernelTransport({ receiveBuffer: 1 << 24 });
const { receiveBuffer } = transport;
transport.close();
const refusal = await ip.link.set('lo', { mtu: 1500 }).catch(error => error.message);
const each = [];
for await (const link of ip.link.each()) each.push(link.name);
ip.close();
console.log(
  JSON.stringify({
    links: links.map(link => link.name),
    failed: many.filter(outcome => outcome.status === 'rejected').map(outcome => outcome.reason.message),
    refusal,
    each,
    joins,
    raw,
    writes: writes.map(({ reason }) => reason?.message ?? 'done'),
    receiveBuffer,
  }),
);
