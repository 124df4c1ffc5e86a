// npm run bench:quick: the codec and the path of a request, without peers, kernel or root, in a few seconds. It prints
// figures and judges nothing: CPU time of this process, which other processes disturb least, and allocated bytes.
import { readFileSync } from 'node:fs';
import { open } from 'rtnetlink';
import {
  decodeMessages,
  encodeMessage,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from 'rtnetlink/protocol';

const message = name =>
  new Uint8Array(
    Buffer.from(readFileSync(new URL(`messages/${name}.hex`, import.meta.url), 'latin1').replaceAll('\n', ''), 'hex'),
  );
const link = message('link');
const address = message('address');
const acknowledgement = new Uint8Array(36);
acknowledgement[0] = acknowledgement.length;

const LISTED = 100_000;
/** As many links as a part of a dump holds. */
const PART = 20;

/** A kernel that answers at once: with the captured link when it is asked for one, else with an acknowledgement. */
class Answering {
  port = 4711;
  #slab = new Uint8Array(1 << 20);
  #view = new DataView(this.#slab.buffer);
  #end = 0;
  #answers = [];
  #list;
  #onReadable;
  #ringing = false;
  send(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += (view.getUint32(at, true) + 3) & ~3) {
      if ((view.getUint16(at + 6, true) & NLM_F_DUMP) === NLM_F_DUMP) return this.#dump(view.getUint32(at + 8, true));
      const asked = view.getUint16(at + 4, true) === RTM_NEWLINK + 2;
      this.#answer(asked ? RTM_NEWLINK : NLMSG_ERROR, asked ? link : acknowledgement, view.getUint32(at + 8, true));
    }
  }
  #answer(type, body, sequence) {
    if (this.#end + body.length > this.#slab.length) this.#end = 0;
    const bytes = new Uint8Array(this.#slab.buffer, this.#end, body.length);
    bytes.set(body);
    this.#view.setUint16(this.#end + 4, type, true);
    this.#view.setUint32(this.#end + 8, sequence, true);
    this.#view.setUint32(this.#end + 12, this.port, true);
    this.#end += body.length;
    this.#answers.push({ bytes, length: bytes.length, sender: 0 });
    this.#ring();
  }
  /** Every part in memory of its own, as if it were received. */
  *#parts(sequence) {
    for (let i = 0; i <= LISTED; i += PART) {
      const last = i === LISTED;
      const bytes = last ? new Uint8Array(20) : new Uint8Array(PART * link.length);
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < bytes.length; at += link.length) {
        if (!last) bytes.set(link, at);
        view.setUint32(at, last ? bytes.length : link.length, true);
        view.setUint16(at + 4, last ? NLMSG_DONE : RTM_NEWLINK, true);
        view.setUint16(at + 6, NLM_F_MULTI, true);
        view.setUint32(at + 8, sequence, true);
        view.setUint32(at + 12, this.port, true);
      }
      yield { bytes, length: bytes.length, sender: 0 };
    }
  }
  #dump(sequence) {
    this.#list = this.#parts(sequence);
    this.#ring();
  }
  receive() {
    const answer = this.#answers.shift() ?? this.#list?.next().value;
    if (answer === undefined) this.#list = undefined;
    return answer;
  }
  watch(onReadable) {
    this.#onReadable = onReadable;
    this.#ring();
  }
  /** Again and again while something is left, as poll would: a long list is read in slices. */
  #ring() {
    if (this.#ringing || !this.#onReadable) return;
    this.#ringing = true;
    setImmediate(() => {
      this.#ringing = false;
      this.#onReadable();
      if (this.#answers.length > 0 || this.#list) this.#ring();
    });
  }
  release() {}
  grow() {}
  unwatch() {}
  hold() {}
  letGo() {}
  close() {}
}

let sink;
const allocated = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;

/** Prints the best and the median batch, and what one operation allocates. */
async function measure(label, count, batch) {
  for (let i = 0; i < 5; i++) await batch(count);
  const times = [];
  for (let i = 0; i < 9; i++) {
    const before = process.cpuUsage();
    await batch(count);
    const { user, system } = process.cpuUsage(before);
    times.push(((user + system) * 1000) / count);
  }
  globalThis.gc();
  const before = allocated();
  await batch(200);
  const bytes = (allocated() - before) / 200;
  times.sort((a, b) => a - b);
  const figures = [times[0], times[4], bytes].map(figure => Math.round(figure).toLocaleString('en-US').padStart(10));
  console.log(`${label.padEnd(44)}${figures.join('')}`);
}

const codec = (label, operation) =>
  measure(label, 10_000, count => {
    for (let i = 0; i < count; i++) sink = operation();
  });

const oneByOne = operation => async count => {
  for (let i = 0; i < count; i++) sink = await operation();
};
const together = operation => async count => {
  for (let i = 0; i < count; i += 100) sink = await Promise.all(Array.from({ length: 100 }, operation));
};

console.log(`${`Node ${process.versions.node}, ${process.arch}`.padEnd(44)}   best ns median ns     bytes`);
const flags = 0x605; // NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
const peer = { attrs: { ifname: 'v1' } };
const veth = { attrs: { ifname: 'v0', linkinfo: { kind: 'veth', data: { peer } } } };
const local = { family: 2, prefixlen: 24, index: 1000, attrs: { local: '10.0.0.1', address: '10.0.0.1' } };
await codec('decode a veth link, 1,492 bytes', () => decodeMessages(link));
await codec('decode an address, 76 bytes', () => decodeMessages(address));
await codec('encode the request for a veth pair', () => encodeMessage({ type: RTM_NEWLINK, flags, body: veth }));
await codec('encode the request for an address', () => encodeMessage({ type: RTM_NEWADDR, flags, body: local }));

const ip = open({ transport: new Answering() });
const add = () => ip.address.add(1000, '10.0.0.1/24');
const get = () => ip.link.get(1000);
await measure('address add, awaited', 2000, oneByOne(add));
await measure('address add, 100 under way', 2000, together(add));
await measure('link get, awaited', 2000, oneByOne(get));
await measure('link get, 100 under way', 2000, together(get));

globalThis.gc();
const before = process.memoryUsage();
const started = process.cpuUsage();
const links = await ip.link.list();
const { user, system } = process.cpuUsage(started);
globalThis.gc();
const after = process.memoryUsage();
const per = key => Math.round((after[key] - before[key]) / links.length);
console.log(
  `${links.length.toLocaleString('en-US')} links listed: ${Math.round(((user + system) * 1000) / links.length)} ns, ` +
    `${per('heapUsed')} bytes of heap and ${per('arrayBuffers')} of buffers each`,
);
ip.close();
if (sink === undefined) throw new Error('nothing was done');
