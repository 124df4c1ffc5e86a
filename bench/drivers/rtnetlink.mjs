// This library, as its users call it.
import {
  addressOf,
  BASE,
  captured,
  codec,
  dumps,
  generate,
  live,
  n,
  oneByOne,
  retained,
  roundTrips,
  start,
  workload,
} from './measure.mjs';

/** Veth pair number `i`. */
const pair = (i, queues = {}) => ({
  name: `v${2 * i}`,
  kind: 'veth',
  ...queues,
  peer: { name: `v${2 * i + 1}`, ...queues },
});
const ONE_QUEUE = { numTxQueues: 1, numRxQueues: 1 };

/** As many as a program has under way when it does not wait for each. */
async function packed(operation) {
  const stop = start();
  for (let i = 0; i < n; i += 100) {
    await Promise.all(Array.from({ length: Math.min(100, n - i) }, (_, k) => operation(i + k)));
  }
  stop(n);
}

const workloads = {
  w1: ip => oneByOne(i => ip.link.add(pair(i))),
  'w1-packed': ip => packed(i => ip.link.add(pair(i))),
  'w1-one-queue': ip => oneByOne(i => ip.link.add(pair(i, ONE_QUEUE))),
  w2: ip => oneByOne(i => ip.address.add(BASE + i, `${addressOf(i)}/24`)),
  'w2-packed': ip => packed(i => ip.address.add(BASE + i, `${addressOf(i)}/24`)),
  w3: ip => dumps(async () => (await ip.link.list({ stats: true })).length),
  'w3-brief': ip => dumps(async () => (await ip.link.list()).length),
  'w3-cold': ip => dumps(async () => (await ip.link.list()).length),
  'w3-memory': ip => retained(() => ip.link.list()),
  w4: ip => dumps(async () => (await ip.address.list()).length),
  w5: ip => roundTrips(() => ip.link.get(BASE)),
};

async function events(open) {
  const { Subscription } = await import('../../dist/internals.js');
  const what = workload.includes('link') ? 'link' : 'address';
  const receiveBuffer = workload.includes('default') ? {} : { receiveBuffer: 4 << 20 };
  const ip = open();
  const subscription = new Subscription(ip.socket.sibling(receiveBuffer), [what === 'link' ? 1 : 5], {
    queueLimit: 1e6,
  });
  let taken = 0;
  let overruns = 0;
  const takeOne = async () => {
    const { value } = await subscription.next();
    if (value === undefined) return;
    if (value.kind === 'message') taken++;
    else overruns++;
  };
  if (workload.includes('drain')) {
    await warmUp(subscription, what, takeOne);
    generate(what);
    taken = 0;
    const stop = start();
    subscription.poll();
    while (subscription.queued > 0) await takeOne();
    stop(taken, { sent: n });
    subscription.close();
    return ip.close();
  }
  const consumer = (async () => {
    while (taken >= 0) await takeOne();
  })();
  const take = () => {
    const fresh = taken;
    taken = 0;
    return fresh;
  };
  await live(what, take, () => ({ overruns }));
  taken = Number.NEGATIVE_INFINITY;
  subscription.close();
  await consumer;
  ip.close();
}

/** Half of the notifications twice: a monitor has run for a while. */
async function warmUp(subscription, what, takeOne) {
  for (let i = 0; i < 2; i++) {
    generate(what);
    subscription.poll();
    while (subscription.queued > 0) await takeOne();
  }
}

async function codecs() {
  const { decodeMessages, encodeMessage, RTM_NEWADDR, RTM_NEWLINK } = await import('rtnetlink/protocol');
  const link = captured('link');
  const address = captured('address');
  const flags = 0x605; // NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
  const peer = { attrs: { ifname: 'v1' } };
  const veth = { attrs: { ifname: 'v0', linkinfo: { kind: 'veth', data: { peer } } } };
  const local = { family: 2, prefixlen: 24, index: BASE, attrs: { local: '10.0.0.1', address: '10.0.0.1' } };
  const { linkCodec, Source } = await import('../../dist/internals.js');
  const operations = {
    'w7-decode-link': () => decodeMessages(link),
    'w7-decode-link-reachable': () => linkCodec.read(new Source(link), 16, link.length),
    'w7-decode-address': () => decodeMessages(address),
    'w7-encode-link': () => encodeMessage({ type: RTM_NEWLINK, flags, sequence: 1, body: veth }),
    'w7-encode-address': () => encodeMessage({ type: RTM_NEWADDR, flags, sequence: 1, body: local }),
  };
  codec(operations[workload]);
}

async function run() {
  if (workload.startsWith('w7')) return codecs();
  if (workload === 'import') {
    const stop = start();
    await import('rtnetlink');
    return stop(1);
  }
  const { open } = await import('rtnetlink');
  if (workload.startsWith('w6')) return events(open);
  const ip = open();
  await workloads[workload](ip);
  ip.close();
}

await run();
