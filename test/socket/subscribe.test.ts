import { AbortError, ClosedError, type Group, Socket } from '../../src/index.js';
import { RTM_NEWLINK, RTM_NEWNEXTHOP } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

let kernel: ScriptedKernel;
let socket: Socket;
beforeEach(() => {
  kernel = new ScriptedKernel();
  socket = new Socket(kernel.open());
});
afterEach(() => {
  socket.close();
  expect(kernel.sockets.map(each => [each.closed, each.holders])).toEqual(kernel.sockets.map(() => [true, 0]));
});

test('groups go by name and by number, each once; more can be joined, and left', async () => {
  const subscription = socket.subscribe(['link', 'ipv6Ifaddr', 1, 200]);
  const [, own] = kernel.sockets;
  expect([...own!.groups]).toEqual([1, 9, 200]);
  subscription.join('nexthop', 33);
  subscription.leave('link', 200);
  expect([...own!.groups]).toEqual([9, 32, 33]);
  kernel.notify(1, { type: RTM_NEWLINK, body: { index: 1 } });
  kernel.notify(32, { type: RTM_NEWNEXTHOP, body: {} });
  expect(await subscription.next()).toMatchObject({ value: { kind: 'message', type: RTM_NEWNEXTHOP } });
});

const names = 'expected a number or one of link, notify, neigh';
test.each<[unknown, string]>([
  [[], 'groups: expected a list of one or more, got '],
  ['link', 'groups: expected a list of one or more, got "link"'],
  [['links'], `group: ${names}`],
  [['toString'], `group: ${names}`],
  [['1'], `group: ${names}`],
  [[undefined], `group: ${names}`],
  [[0], 'group: expected a number from 1 to 255 (RTNLGRP_*), got 0'],
  [[1, 999], 'group: expected a number from 1 to 255 (RTNLGRP_*), got 999'],
  [[-1], 'got -1'],
  [[1.5], 'got 1.5'],
])('%j is refused in words, and nothing is opened', (groups, words) => {
  expect(() => socket.subscribe(groups as Group[])).toThrow(RangeError);
  expect(() => socket.subscribe(groups as Group[])).toThrow(words);
  expect(kernel.sockets).toHaveLength(1);
});

test('a bad option and a signal that fired free the descriptor', () => {
  expect(() => socket.subscribe(['link'], { queueLimit: 0 })).toThrow(RangeError);
  expect(() => socket.subscribe(['link'], { signal: AbortSignal.abort() })).toThrow(AbortError);
  expect(kernel.sockets.map(each => each.closed)).toEqual([false, true, true]);
});

test('closing the socket ends it; what it has joined is its own no more', async () => {
  const subscription = socket.subscribe(['link']);
  const waiting = subscription.next();
  socket.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(() => subscription.join('tc')).toThrow(ClosedError);
  expect(() => subscription.leave('link')).toThrow('leave: the subscription is closed');
  expect(() => socket.subscribe(['link'])).toThrow(ClosedError);
});

test('one that has ended, by itself or by its signal, is forgotten by its socket', () => {
  const controller = new AbortController();
  const [closed, aborted, live] = [{}, { signal: controller.signal }, {}].map(options => {
    const subscription = socket.subscribe(['link'], options);
    return { subscription, close: jest.spyOn(subscription, 'close') };
  });
  closed!.subscription[Symbol.dispose]();
  controller.abort();
  socket.close();
  expect([closed, aborted, live].map(each => each!.close.mock.calls.length)).toEqual([1, 0, 1]);
});

test('how its transport is opened', () => {
  const transport = kernel.open();
  const sibling = jest.spyOn(transport, 'sibling');
  using other = new Socket(transport);
  other.subscribe(['link'], { allNamespaces: true, receiveBuffer: 4096 });
  other.subscribe(['link']);
  expect(sibling.mock.calls).toEqual([
    [{ listenAllNamespaces: true, receiveBuffer: 4096 }],
    [{ listenAllNamespaces: false }],
  ]);
});
