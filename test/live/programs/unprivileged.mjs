// Without any capability: reading works, changing says what it takes.
import { open } from '../../../dist/index.js';
import { Subscription } from '../../../dist/internals.js';

const ip = open();
const links = await ip.link.list();
const many = await Promise.allSettled(Array.from({ length: 500 }, () => ip.link.get('lo')));
const events = new Subscription(ip.socket.sibling(), [1, 5]);
events.close();
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
  }),
);
