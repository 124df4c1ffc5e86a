import {
  AbortError,
  ClosedError,
  DuplicateAddressError,
  type Ip,
  type Namespace,
  netns,
  open,
  TimeoutError,
} from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';
import { settled } from '../support/settled.js';
import { openDescriptors } from '../support/threads.js';

let ns: Namespace;
let other: Namespace;
let ip: Ip;
let there: Ip;
beforeEach(async () => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
  there = open({ netns: other });
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', netns: other } });
});
afterEach(() => {
  for (const each of [ip, there, ns, other]) each.close();
});

/** What waits must wait still after the event loop has had its turns. */
async function pending(promise: Promise<unknown>): Promise<boolean> {
  let waits = true;
  promise.then(
    () => (waits = false),
    () => (waits = false),
  );
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  return waits;
}

/** Nobody can be asked to announce what comes. */
const deaf = (): void => {
  ip.socket.sibling = () => {
    throw new Error('it was to be so already');
  };
};

test('what is so already needs no waiting; UNKNOWN counts as up', async () => {
  await ip.link.set('lo', { up: true });
  expect(ipJson(ns, 'link', 'show', 'lo')[0]!['operstate']).toBe('UNKNOWN');
  deaf();
  expect(await ip.link.waitFor('lo', { operState: 'up' })).toMatchObject({ name: 'lo', operState: 'unknown' });
  expect(await ip.link.waitFor('lo', 'present')).toMatchObject({ index: 1 });
  expect(await ip.link.waitFor('nope', 'absent')).toBeUndefined();
  expect(await ip.link.waitFor('veth1', link => link?.mtu === 1500)).toMatchObject({ name: 'veth1' });
  expect(await ip.link.waitFor('veth1', { up: false, carrier: false, operState: 'down' })).toMatchObject({ mtu: 1500 });
  expect(await ip.address.waitFor('lo', '127.0.0.1')).toMatchObject({ cidr: '127.0.0.1/8' });
  expect(await ip.address.waitFor('lo', '127.0.0.1/8', 'present')).toMatchObject({ index: 1 });
  expect(await ip.address.waitFor('lo', '127.0.0.1/16', 'absent')).toBeUndefined();
  expect(await ip.address.waitFor('nope', '10.0.0.1', 'absent')).toBeUndefined();
});

test('carrier and operational state', async () => {
  await ip.link.set('veth1', { up: true });
  const carrier = ip.link.waitFor('veth1', { carrier: true });
  const up = ip.link.waitFor('veth1', { operState: 'up', up: true });
  expect([await pending(carrier), await pending(up)]).toEqual([true, true]);
  await there.link.set('veth2', { up: true });
  expect(await carrier).toMatchObject({ name: 'veth1', carrier: true });
  expect(await up).toMatchObject({ operState: 'up' });
  expect(shell(ns, 'ip', '-o', 'link', 'show', 'veth1')).toContain('state UP');
  const down = ip.link.waitFor('veth1', { carrier: false, up: true });
  expect(await pending(down)).toBe(true);
  await there.link.set('veth2', { up: false });
  await down;
  expect(shell(ns, 'ip', '-o', 'link', 'show', 'veth1')).toContain('NO-CARRIER');
});

test('presence, absence, a name that comes, a function, and what only a queueing discipline tells', async () => {
  const present = ip.link.waitFor('veth3', 'present');
  const named = ip.link.waitFor('later', { up: true });
  expect([await pending(present), await pending(named)]).toEqual([true, true]);
  await ip.link.add({ name: 'veth3', kind: 'veth', peer: { name: 'veth4' } });
  const { index } = await present;
  const absent = ip.link.waitFor('veth3', 'absent');
  const gone = ip.link.waitFor(index, 'absent');
  expect([await pending(absent), await pending(gone)]).toEqual([true, true]);
  await ip.link.set('veth3', { name: 'later', up: true });
  expect(await absent).toBeUndefined();
  expect((await named).index).toBe(index);
  const wide = ip.link.waitFor('later', link => link !== undefined && link.mtu > 1500);
  expect(await pending(wide)).toBe(true);
  await ip.link.set('later', { mtu: 1600 });
  expect((await wide)?.mtu).toBe(1600);
  const qdisc = ip.link.waitFor('later', { qdisc: 'pfifo' });
  expect(await pending(qdisc)).toBe(true);
  shell(ns, 'tc', 'qdisc', 'add', 'dev', 'later', 'root', 'pfifo');
  expect(await qdisc).toMatchObject({ qdisc: 'pfifo' });
  expect(await pending(gone)).toBe(true);
  await ip.link.delete('veth4');
  expect(await gone).toBeUndefined();
});

test('an address: present, past duplicate address detection, absent', async () => {
  await Promise.all([ip.link.set('veth1', { up: true }), there.link.set('veth2', { up: true })]);
  await ip.link.waitFor('veth1', { operState: 'up' });
  const usable = ip.address.waitFor('veth1', 'fd00:0::1');
  const present = ip.address.waitFor('veth1', '10.0.0.1', 'present');
  expect([await pending(usable), await pending(present)]).toEqual([true, true]);
  await ip.address.add('veth1', '10.0.0.1/24');
  await ip.address.add('veth1', 'fd00::1/64');
  expect((await present).cidr).toBe('10.0.0.1/24');
  const shown = (): Record<string, unknown> | undefined =>
    (ipJson(ns, 'address', 'show', 'veth1')[0]!['addr_info'] as Record<string, unknown>[]).find(
      each => each['local'] === 'fd00::1',
    );
  expect(shown()).toMatchObject({ tentative: true });
  expect(await usable).toMatchObject({ cidr: 'fd00::1/64', flags: ['permanent'] });
  expect(shown()).not.toHaveProperty('tentative');
  const absent = ip.address.waitFor('veth1', 'fd00::1', 'absent');
  expect(await pending(absent)).toBe(true);
  await ip.address.delete('veth1', 'fd00::1/64');
  expect(await absent).toBeUndefined();
  // With its link all of its addresses go.
  const left = ip.address.waitFor('veth1', '10.0.0.1', 'absent');
  expect(await pending(left)).toBe(true);
  await there.link.delete('veth2');
  expect(await left).toBeUndefined();
});

test('an address that another host has: DuplicateAddressError, now and later', async () => {
  await there.link.set('veth2', { up: true });
  await there.address.add('veth2', 'fd00::1/64', { flags: ['nodad'] });
  await ip.link.set('veth1', { up: true });
  await ip.address.add('veth1', 'fd00::1/64');
  const error = await ip.address.waitFor('veth1', 'fd00::1', 'usable', { timeout: 30_000 }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DuplicateAddressError);
  expect(error).toMatchObject({
    code: 'ERR_NETLINK_DAD_FAILED',
    message: 'address wait fd00::1 dev veth1: usable: duplicate address detection failed: another host has fd00::1',
    address: { address: 'fd00::1', flags: expect.arrayContaining(['dadfailed']) },
  });
  expect(JSON.stringify(ipJson(ns, 'address', 'show', 'veth1'))).toContain('"dadfailed":true');
  await expect(ip.address.waitFor('veth1', 'fd00::1')).rejects.toThrow(DuplicateAddressError);
  // It is there all the same.
  expect(await ip.address.waitFor('veth1', 'fd00::1', 'present')).toMatchObject({ index: expect.any(Number) });
});

test('an address that another host has and that has a lifetime, which the kernel deletes: DuplicateAddressError', async () => {
  await there.link.set('veth2', { up: true });
  await there.address.add('veth2', 'fd00::1/64', { flags: ['nodad'] });
  await ip.link.set('veth1', { up: true });
  await ip.link.waitFor('veth1', { operState: 'up' });
  const timeout = { timeout: 30_000 };
  const controller = new AbortController();
  const { signal } = controller;
  const others = [
    ip.address.waitFor('veth1', 'fd00::2', 'usable', { ...timeout, signal }),
    ip.address.waitFor('veth1', 'fd00::1/80', 'usable', { ...timeout, signal }),
    ip.address.waitFor('lo', 'fd00::1', 'usable', { ...timeout, signal }),
    ip.address.waitFor('veth1', 'fd00::1', address => address?.flags.includes('permanent') === true, {
      ...timeout,
      signal,
    }),
  ];
  for (const text of ['fd00::1', 'fd00::1/64']) {
    shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'veth1', 'valid_lft', '600', 'preferred_lft', '600');
    const error = await ip.address.waitFor('veth1', text, 'usable', timeout).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DuplicateAddressError);
    expect(error).toMatchObject({
      operation: `address wait ${text} dev veth1: usable`,
      address: { address: 'fd00::1', flags: expect.arrayContaining(['dadfailed']) },
    });
    expect(shell(ns, 'ip', 'address', 'show', 'veth1')).not.toContain('fd00::1');
  }
  expect(await Promise.all(others.map(pending))).toEqual([true, true, true, true]);
  controller.abort();
  for (const outcome of await Promise.allSettled(others))
    expect(outcome).toMatchObject({ reason: { name: 'AbortError' } });
  // What was deleted by somebody else may come again.
  const usable = ip.address.waitFor('veth1', 'fd00::3', 'usable', timeout);
  const add = ['address', 'add', 'fd00::3/64', 'dev', 'veth1', 'valid_lft', '600', 'preferred_lft', '600'];
  shell(ns, 'ip', ...add);
  shell(ns, 'ip', 'address', 'del', 'fd00::3/64', 'dev', 'veth1');
  expect(await pending(usable)).toBe(true);
  shell(ns, 'ip', ...add);
  expect(await usable).toMatchObject({ cidr: 'fd00::3/64' });
});

test('deadline, signal and close end it, say what was waited for, and free the descriptor', async () => {
  const before = openDescriptors();
  await expect(ip.link.waitFor('veth1', { operState: 'up' }, { timeout: 30 })).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'link wait veth1: operState up: it did not come true (operState is down) within 30 ms',
  });
  await expect(ip.address.waitFor('veth1', '10.0.0.1/24', 'usable', { timeout: 30 })).rejects.toThrow(TimeoutError);
  const controller = new AbortController();
  const waiting = Array.from({ length: 20 }, (_, i) =>
    ip.link.waitFor(`nope${i}`, 'present', { signal: controller.signal }),
  );
  expect(await pending(waiting[0]!)).toBe(true);
  expect(openDescriptors()).toBe(before + 20);
  controller.abort(new Error('enough'));
  for (const outcome of await Promise.allSettled(waiting)) {
    expect(outcome).toMatchObject({ reason: { name: 'AbortError', cause: { message: 'enough' } } });
  }
  await expect(ip.link.waitFor('veth1', 'absent', { signal: AbortSignal.abort() })).rejects.toThrow(AbortError);
  const last = ip.link.waitFor('nope', 'present', { timeout: Number.POSITIVE_INFINITY });
  expect(await pending(last)).toBe(true);
  ip.close();
  await expect(last).rejects.toThrow(ClosedError);
  expect(openDescriptors()).toBe(before - 1);
});

test('the deadline is told with how it was at the last look, what the kernel does not announce included', async () => {
  const attempt = ip.link.waitFor('veth1', { alias: 'other' }, { timeout: 200 });
  setTimeout(() => shell(ns, 'ip', 'link', 'set', 'veth1', 'alias', 'new'), 50);
  await expect(attempt).rejects.toThrow(
    'link wait veth1: alias other: it did not come true (alias is new) within 200 ms',
  );
});

test('deadlines of any length are kept, beyond what a timer of Node’s can count', async () => {
  await using store = ip.watch(['link']);
  await store.ready;
  const timeout = 2 ** 31; // a timer would fire at once
  const controller = new AbortController();
  const options = { timeout, signal: controller.signal };
  const waiting = [
    ip.link.waitFor('nope', 'present', options),
    ip.address.waitFor('veth1', '192.0.2.1/24', 'present', options),
  ];
  await store.refresh({ timeout });
  await new Promise(resolve => setTimeout(resolve, 50));
  controller.abort();
  for (const outcome of await Promise.allSettled(waiting)) {
    expect(outcome).toMatchObject({ reason: { name: 'AbortError' } });
  }
});

test('what the kernel does not announce is found when the time is over', async () => {
  const waiting = ip.link.waitFor('veth1', { alias: 'uplink' }, { timeout: 300 });
  expect(await pending(waiting)).toBe(true);
  shell(ns, 'ip', 'link', 'set', 'veth1', 'alias', 'uplink'); // it is down: nobody is told
  expect(await waiting).toMatchObject({ name: 'veth1', alias: 'uplink' });
});

test('what this thread changes is found at once, though the kernel does not announce it', async () => {
  await using other = open({ netns: ns });
  for (const [alias, by] of [
    ['own', ip],
    ['of another', other],
  ] as const) {
    const waiting = ip.link.waitFor('veth1', { alias }, { timeout: Number.POSITIVE_INFINITY });
    let found: string | undefined;
    void waiting.then(link => (found = link.alias));
    expect(await pending(waiting)).toBe(true);
    await by.link.set('veth1', { alias });
    await settled(() => found !== undefined);
    expect(found).toBe(alias);
  }
});

test('a condition that is an async function is refused instead of being true at once', async () => {
  const words = 'condition: the function must not be async';
  const never = (async () => false) as never;
  await expect(ip.link.waitFor('veth1', never)).rejects.toThrow(words);
  await expect(ip.address.waitFor('veth1', '10.0.0.1', never)).rejects.toThrow(words);
  const fails = (async () => Promise.reject(new Error('nobody hears this'))) as never;
  await expect(ip.link.waitFor('veth1', fails)).rejects.toThrow(words);
});

test('what the condition throws in the last look is told, not that the time is over', async () => {
  let over = false;
  const condition = (): boolean => {
    if (over) throw new Error('mine');
    return false;
  };
  const waiting = ip.link.waitFor('veth1', condition, { timeout: 200 });
  waiting.catch(() => {});
  expect(await pending(waiting)).toBe(true);
  over = true;
  await expect(waiting).rejects.toThrow('mine');
});
