// npm's `netlink`: a C++ addon for the socket, generated JavaScript for the messages.
import { createRequire } from 'node:module';
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
  workload,
} from './measure.mjs';

const require = createRequire(new URL('../peers/npm-netlink/', import.meta.url));
const { AttrStream, createRtNetlink, FlagsNew, ifla, parseMessages, rt } = require('netlink');
const { formatMessage, MessageType = rt.MessageType } = require('netlink');
const CREATE = { flags: FlagsNew.CREATE | FlagsNew.EXCL };

function bytes(emit) {
  const stream = new AttrStream();
  emit(stream);
  return Buffer.concat(stream.bufs);
}

/** The peer and the driver's settings are raw bytes in this package. */
function vethAttrs(name, peerName) {
  const peer = bytes(out => rt.formatLinkMessage({ kind: 'link', data: {}, attrs: { ifname: peerName } }, out));
  const data = bytes(out => out.push(1, peer));
  return { ifname: name, linkinfo: bytes(out => out.emit(ifla.formatInfo({ kind: 'veth', data }))) };
}
const quad = i => Buffer.from(addressOf(i).split('.').map(Number));
const ofLink = i => [
  { family: 2, prefixlen: 24, index: indexOf(i) },
  { local: quad(i), address: quad(i) },
];

const makeLinks = socket => oneByOne(i => socket.newLink({}, vethAttrs(`v${2 * i}`, `v${2 * i + 1}`), CREATE));
const addAddresses = socket => oneByOne(i => socket.newAddress(...ofLink(i), CREATE));

const workloads = {
  w1: makeLinks,
  'w1-cold': makeLinks,
  w2: addAddresses,
  'w2-cold': addAddresses,
  w3: socket => dumps(async () => (await socket.getLinks()).length),
  'w3-cold': socket => dumps(async () => (await socket.getLinks()).length),
  'w3-memory': socket => retained(() => socket.getLinks()),
  w4: socket => dumps(async () => (await socket.getAddresses()).length),
  w5: socket => roundTrips(() => socket.getLink({ index: BASE })),
};

async function events() {
  const what = workload.includes('link') ? 'link' : 'address';
  const buffer = workload.includes('default') ? {} : { recvBufferSize: 4 << 20 };
  const socket = createRtNetlink({ ref: true, ...buffer });
  socket.addMembership(what === 'link' ? 'LINK' : 'IPV4_IFADDR');
  let taken = 0;
  socket.on('message', parts => {
    taken += parts.length;
  });
  const take = () => {
    const fresh = taken;
    taken = 0;
    return fresh;
  };
  if (workload.includes('drain')) await drain(what, () => taken, take);
  else await live(what, take);
  process.exit(0);
}

async function drain(what, taken, take) {
  const all = async () => {
    for (let before = -1; before !== taken(); await new Promise(resolve => setTimeout(resolve, 0))) before = taken();
  };
  for (let i = 0; i < 20; i++) {
    generate(what);
    await all();
  }
  generate(what);
  take();
  const stop = start();
  await all();
  stop(take(), { sent: n });
}

function codecs() {
  const link = captured('link');
  const address = captured('address');
  const decode = datagram => parseMessages(datagram).map(({ type, data }) => rt.parseMessage(type, data));
  const encode = (type, emit) => formatMessage({ type, flags: 0x605, seq: 1, port: 0, data: bytes(emit) });
  const veth = i => ({ kind: 'link', data: {}, attrs: vethAttrs(`v${2 * i}`, `v${2 * i + 1}`) });
  const addresses = Array.from({ length: 1000 }, (_, i) => quad(i));
  const local = i => {
    const data = { family: 2, prefixlen: 24, index: BASE + i };
    return { kind: 'address', data, attrs: { local: addresses[i], address: addresses[i] } };
  };
  const operations = {
    'w7-decode-link': () => decode(link),
    'w7-decode-address': () => decode(address),
    'w7-encode-link': i => encode(MessageType.NEWLINK, out => rt.formatLinkMessage(veth(i), out)),
    'w7-encode-address': i => encode(MessageType.NEWADDR, out => rt.formatAddressMessage(local(i), out)),
  };
  codec(operations[workload]);
}

if (workload.startsWith('w7')) codecs();
else if (workload.startsWith('w6')) await events();
else {
  const socket = createRtNetlink();
  await workloads[workload](socket);
  process.exit(0);
}
