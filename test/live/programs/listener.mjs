// A store whose listener throws: who hears of it, and what the store shows afterwards.
import { netns, open } from '../../../dist/index.js';

const uncaught = [];
process.on('uncaughtException', error => uncaught.push(error.message));
const ns = netns.create();
const ip = open({ netns: ns });
const store = ip.watch(['link']);
await store.ready;
let told = 0;
store.on('change', () => {
  if (++told === 1) throw new Error('oh');
});
await ip.link.add({ name: 'v1', kind: 'veth', peer: { name: 'v2' } });
await ip.link.set('v1', { up: true });
for (let i = 0; i < 500 && store.links.get('v1')?.up !== true; i++)
  await new Promise(resolve => setTimeout(resolve, 10));
console.log(JSON.stringify({ uncaught, synced: store.synced, up: store.links.get('v1')?.up, more: told > 2 }));
ip.close();
ns.close();
