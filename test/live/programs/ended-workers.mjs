// Workers that are ended in the middle of everything: by others and by themselves. What they had open is closed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { netns, open } from '../../../dist/index.js';

const file = new URL(import.meta.url);
const count = () => readdirSync('/proc/self/fd').length;

async function busy() {
  const ns = netns.create();
  const ip = open({ netns: ns });
  await ip.link.add({ name: 'veth1', kind: 'veth' });
  let told = 0;
  const subscribed = async () => {
    for await (const _ of ip.socket.subscribe(['link'])) told++;
  };
  const monitored = async () => {
    for await (const _ of ip.monitor(['link'])) told++;
  };
  subscribed();
  monitored();
  ip.socket.get(16, { index: 1 }).catch(() => {}); // never answered
  setInterval(() => ip.link.set('veth1', { mtu: 1400 + Math.floor(Math.random() * 100) }), 1);
  while (told < 20) await ip.link.get('veth1');
}

/** A process of its own, with a socket of its own, beside those that are open here. */
async function child() {
  const [names] = await once(fork(file.pathname, ['child']), 'message');
  return names;
}

if (process.argv[2] === 'child') {
  const ip = open();
  process.send((await ip.link.list()).map(link => link.name));
  process.disconnect();
} else if (isMainThread) {
  const ip = open();
  const subscription = ip.socket.subscribe(['link']);
  const waiting = subscription.next();
  const children = [await child()];
  const before = count();
  const codes = [];
  for (const how of ['terminate', 'terminate', 'exit', 'terminate']) {
    const workers = Array.from({ length: 3 }, () => new Worker(file, { workerData: how }));
    const ended = workers.map(worker => once(worker, 'exit'));
    await Promise.all(workers.map(worker => once(worker, 'message')));
    if (how === 'terminate') for (const worker of workers) worker.terminate();
    codes.push(...(await Promise.all(ended)));
  }
  children.push(await child());
  const after = count();
  const here = await ip.link.list();
  ip.close();
  const { done } = await waiting;
  console.log(
    JSON.stringify({ codes: codes.flat(), left: after - before, here: here.map(link => link.name), children, done }),
  );
} else {
  await busy();
  parentPort.postMessage('busy');
  if (workerData === 'exit') setTimeout(() => process.exit(7), 5);
}
