import { setTimeout as sleep } from 'node:timers/promises';
import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { RTNLGRP } from '../../src/protocol/index.js';
import { KernelTransport } from '../../src/socket/kernel-transport.js';
import { load } from '../../src/socket/libc.js';
import { COUNT } from '../../src/socket/receive-ahead.js';
import type { Datagram } from '../../src/socket/transport.js';
import { shell } from '../support/ip.js';

let ns: Namespace;
let other: Namespace;
let ip: Ip;
let ahead: jest.SpyInstance;
const opened: KernelTransport[] = [];
beforeEach(async () => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
  await ip.netns.setId(other, 7);
  await ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'w0', netns: other } });
  await ip.link.set('v0', { up: true });
  shell(other, 'ip', 'link', 'set', 'w0', 'up');
  ahead = jest.spyOn(load().libc, 'recvmmsg');
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const each of opened.splice(0)) each.close();
  ip.close();
  ns.close();
  other.close();
});

function listener(): KernelTransport {
  const transport = ns.run(() => new KernelTransport({ listenAllNamespaces: true, receiveBuffer: 4 << 20 }));
  opened.push(transport);
  for (const group of [RTNLGRP.link, RTNLGRP.ipv4Ifaddr]) transport.join(group);
  return transport;
}

const words = ({ bytes, length, sender, nsid }: Datagram): string =>
  `${Buffer.from(bytes).toString('hex')} ${length} ${sender} ${nsid}`;

/** All that is there. */
function drain(transport: KernelTransport): Datagram[] {
  const datagrams: Datagram[] = [];
  for (let each = transport.receive(); each !== undefined; each = transport.receive()) datagrams.push(each as Datagram);
  return datagrams;
}

/** Changes of both namespaces, which announce datagrams of several sizes. */
function* changes(count: number, from = 0): Generator<undefined> {
  for (let i = from; i < from + count; i++) {
    const [where, name] = i % 3 === 0 ? [other, 'w0'] : [ns, 'v0'];
    if (i % 2 === 0) shell(where, 'ip', 'address', 'add', `10.0.${i}.1/32`, 'dev', name);
    else shell(where, 'ip', 'link', 'set', name, 'alias', 'x'.repeat(i));
    yield;
  }
}

test('what is received many at a time is what is received one by one', () => {
  const [single, many] = [listener(), listener()];
  const one: string[] = [];
  for (const _ of changes(60)) one.push(...drain(single).map(words));
  expect(ahead).not.toHaveBeenCalled();
  const all = drain(many);
  expect(ahead).toHaveBeenCalled();
  expect(one.length).toBeGreaterThan(3 * COUNT);
  expect(all.map(words)).toEqual(one); // also: what was received first has not been written again
  expect(new Set(all.map(each => each.nsid))).toEqual(new Set([undefined, 7]));
});

test('one that is too large is cut, as when it is received alone, and the next is not when it has been said how large', () => {
  const line = (i: number): string => `link property add dev v0 altname ${String(i).padStart(120, 'n')}`;
  shell(ns, 'sh', '-c', `ip -b - <<END\n${Array.from({ length: 300 }, (_, i) => line(i)).join('\n')}\nEND`);
  const many = listener();
  const tell = (i: number): Datagram[] => {
    for (let k = 0; k < 6; k++) shell(ns, 'ip', 'address', 'add', `10.${i}.${k}.1/32`, 'dev', 'v0');
    shell(ns, 'ip', 'link', 'set', 'v0', 'alias', `a${i}`);
    return drain(many);
  };
  const cut = tell(0).filter(each => each.length > each.bytes.length);
  expect(ahead).toHaveBeenCalled();
  expect(cut[0]!.length).toBeGreaterThan(cut[0]!.bytes.length);
  many.grow(cut[0]!.length);
  const whole = tell(1);
  expect(whole.map(each => each.bytes.length)).toEqual(whole.map(each => each.length));
  expect(Math.max(...whole.map(each => each.length))).toBeGreaterThan(32_768);
});

describe('whoever watches and takes one each time gets all', () => {
  test.each([
    ['without a pause', false],
    ['with pauses in which nobody watches', true],
  ])('%s', async (_what, pauses) => {
    const [transport, control] = [listener(), listener()];
    for (const _ of changes(2 * COUNT));
    const taken: string[] = [];
    for (let i = 0; i < 5; i++) taken.push(words(transport.receive() as Datagram)); // from here on many at a time
    expect(ahead).toHaveBeenCalled();
    const watch = (): void =>
      transport.watch(() => {
        const datagram = transport.receive();
        if (datagram !== undefined) taken.push(words(datagram as Datagram));
        if (!pauses) return;
        transport.unwatch();
        setTimeout(watch, 1);
      });
    transport.hold();
    watch();
    const all = drain(control).map(words);
    for (let left = 100; taken.length < all.length && left > 0; left--) await sleep(20);
    expect(taken).toEqual(all);
    transport.letGo();
  });
});

test('what is left is dropped by close, and nobody is called any more', async () => {
  const transport = listener();
  for (const _ of changes(2 * COUNT));
  for (let i = 0; i < 5; i++) transport.receive();
  expect(ahead).toHaveBeenCalled();
  const called = jest.fn();
  transport.watch(called);
  transport.close();
  await sleep(20);
  expect(called).not.toHaveBeenCalled();
  expect(transport.receive()).toBeUndefined();
});
