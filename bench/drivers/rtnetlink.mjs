// This library, as its users call it.
import {
  addressOf,
  BASE,
  captured,
  codec,
  dumps,
  generate,
  indexOf,
  live,
  n,
  oneByOne,
  retained,
  roundTrips,
  start,
  warmUp,
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
  const all = async (from, to) => {
    for (let i = from; i < to; i += 100) {
      await Promise.all(Array.from({ length: Math.min(100, to - i) }, (_, k) => operation(i + k)));
    }
  };
  await all(n, n + warmUp);
  const stop = start();
  await all(0, n);
  stop(n);
}

const workloads = {
  w1: ip => oneByOne(i => ip.link.add(pair(i))),
  'w1-cold': ip => oneByOne(i => ip.link.add(pair(i))),
  'w1-packed': ip => packed(i => ip.link.add(pair(i))),
  'w1-one-queue': ip => oneByOne(i => ip.link.add(pair(i, ONE_QUEUE))),
  w2: ip => oneByOne(i => ip.address.add(indexOf(i), `${addressOf(i)}/24`)),
  'w2-cold': ip => oneByOne(i => ip.address.add(indexOf(i), `${addressOf(i)}/24`)),
  'w2-packed': ip => packed(i => ip.address.add(indexOf(i), `${addressOf(i)}/24`)),
  w3: ip => dumps(async () => (await ip.link.list({ stats: true })).length),
  'w3-brief': ip => dumps(async () => (await ip.link.list()).length),
  'w3-cold': ip => dumps(async () => (await ip.link.list()).length),
  'w3-memory': ip => retained(() => ip.link.list()),
  w4: ip => dumps(async () => (await ip.address.list()).length),
  w5: ip => roundTrips(() => ip.link.get(BASE)),
};

async function events(open) {
  const { linkCodec, Subscription } = await import('../../dist/internals.js');
  const what = workload.includes('link') ? 'link' : 'address';
  const receiveBuffer = workload.includes('default') ? {} : { receiveBuffer: 4 << 20 };
  const ip = open();
  const subscription = new Subscription(ip.socket.sibling(receiveBuffer), [what === 'link' ? 1 : 5], {
    queueLimit: 1e6,
  });
  let taken = 0;
  let overruns = 0;
  let last;
  /** Decoded as monitors do it. */
  const handle = event => {
    if (event.kind !== 'message') return overruns++;
    last = what === 'link' ? event.read(linkCodec) : event.message;
    taken++;
  };
  const takeAll = () => {
    subscription.poll();
    for (let event = subscription.take(); event !== undefined; event = subscription.take()) handle(event);
  };
  if (workload.includes('drain')) {
    // A monitor has run for a while.
    for (let i = 0; i < 20; i++) {
      generate(what);
      takeAll();
    }
    generate(what);
    taken = 0;
    const stop = start();
    takeAll();
    stop(taken, { sent: n });
    subscription.close();
    return last && ip.close();
  }
  const consumer = (async () => {
    for await (const event of subscription) handle(event);
  })();
  const take = () => {
    const fresh = taken;
    taken = 0;
    return fresh;
  };
  await live(what, take, () => ({ overruns }));
  subscription.close();
  await consumer;
  ip.close();
}

async function codecs() {
  const { decodeMessages, encodeMessage, RTM_NEWADDR, RTM_NEWLINK } = await import('rtnetlink/protocol');
  const link = captured('link');
  const address = captured('address');
  const flags = 0x605; // NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
  const veth = i => {
    const peer = { attrs: { ifname: `v${2 * i + 1}` } };
    return { attrs: { ifname: `v${2 * i}`, linkinfo: { kind: 'veth', data: { peer } } } };
  };
  const addresses = Array.from({ length: 1000 }, (_, i) => addressOf(i));
  const local = i => ({
    family: 2,
    prefixlen: 24,
    index: BASE + i,
    attrs: { local: addresses[i], address: addresses[i] },
  });
  const { linkCodec, Source } = await import('../../dist/internals.js');
  const operations = {
    'w7-decode-link': () => decodeMessages(link),
    'w7-decode-link-reachable': () => linkCodec.read(new Source(link), 16, link.length),
    'w7-decode-address': () => decodeMessages(address),
    'w7-encode-link': i => encodeMessage({ type: RTM_NEWLINK, flags, sequence: 1, body: veth(i) }),
    'w7-encode-address': i => encodeMessage({ type: RTM_NEWADDR, flags, sequence: 1, body: local(i) }),
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
