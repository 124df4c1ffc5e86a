// The library in several Workers at once, each with children of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { netns, open } from '../../../dist/index.js';

async function work(n) {
  const ns = netns.create();
  const ip = open({ netns: ns });
  await ip.link.add({ name: `veth${n}`, kind: 'veth', peer: { name: 'peer' } });
  await Promise.all([
    promisify(execFile)('true'),
    ...Array.from({ length: 50 }, () => ip.link.get(`veth${n}`)),
    ip.link.set('peer', { up: true }),
  ]);
  const sockets = ns.run(() => [open(), open(), open()]);
  const lists = await Promise.all(sockets.map(each => each.link.list()));
  for (const each of [ip, ...sockets, ns]) each.close();
  return lists.map(list => list.map(link => link.name).sort());
}

if (isMainThread) {
  const here = work(0);
  const there = Array.from(
    { length: 4 },
    (_, i) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: i + 1 });
        worker.on('message', resolve).on('error', reject);
      }),
  );
  console.log(JSON.stringify(await Promise.all([here, ...there])));
} else parentPort.postMessage(await work(workerData));
