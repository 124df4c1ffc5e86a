import { setTimeout as sleep } from 'node:timers/promises';
import type { Ip, NetworkSpec } from '../../src/index.js';
import { giveBackFiles, noteForwarding } from '../../src/ops/apply/forwarding-files.js';
import {
  ABSENT,
  BAD,
  CALM,
  failsWithoutATrace,
  ip,
  LATE,
  link,
  OLD,
  PAIR,
  reasonOf,
  run,
} from '../support/own-namespaces.js';

/** Removes links and fails after that. */
const failsLate = (...links: string[]): NetworkSpec => ({
  links: [ABSENT, ...links.map(name => ({ name, state: 'absent' }) as const)],
  routes: [LATE],
});

test('a bridge with an option is given back on a kernel that lacks others', async () => {
  run(CALM, ...OLD, PAIR, 'ip link add br0 type bridge no_linklocal_learn 1; ip link set w0 master br0');
  await failsWithoutATrace(failsLate('br0'));
  expect(link('br0')).toMatchObject({ linkinfo: { info_data: { no_linklocal_learn: 1 } } });
});

test('an option of a bridge is set back on a kernel that lacks others', async () => {
  run(CALM, 'ip link add br0 type bridge');
  const data = { multiBoolopt: { optval: ['noLlLearn'], optmask: ['noLlLearn'] } } as const;
  await failsWithoutATrace({ links: [{ name: 'br0', kind: 'bridge', data }], routes: [BAD] });
});

test('what a bridge finds out itself is not told as lost: who asks for listeners', async () => {
  run(CALM, ...OLD, PAIR, 'ip link add br0 type bridge mcast_querier 1; ip link set br0 up; ip link set v0 master br0');
  const querier = async () => ((await ip.link.get('br0')).data as { mcastQuerierState?: object }).mcastQuerierState;
  for (let left = 200; left > 0 && (await querier()) === undefined; left--) await sleep(20);
  const was = await querier();
  await ip.link.set('v0', { address: '02:00:00:00:00:99' }); // the bridge takes after it
  expect(await reasonOf(ip.apply(failsLate('br0')))).toMatchObject({ name: 'NetlinkError', code: 'ENETUNREACH' });
  expect(await querier()).not.toEqual(was);
});

test('of the options of a bridge those that are meant are compared', async () => {
  const bridge = (on: boolean): Parameters<Ip['link']['ensure']>[0] => ({
    name: 'br0',
    kind: 'bridge',
    data: { multiBoolopt: { optval: on ? ['noLlLearn'] : [], optmask: ['noLlLearn'] } },
  });
  for (const on of [true, false, true]) {
    expect(await ip.link.ensure(bridge(on))).toMatchObject({ changed: true });
    expect(link('br0')).toMatchObject({ linkinfo: { info_data: { no_linklocal_learn: Number(on) } } });
    expect(await ip.link.ensure(bridge(on))).toMatchObject({ changed: false });
  }
});

test('times of a bridge settle, though the kernel keeps them in ticks of its own', async () => {
  const data = {
    forwardDelay: 401,
    helloTime: 101,
    maxAge: 1999,
    ageingTime: 305,
    mcastLastMemberIntvl: 101n,
    mcastMembershipIntvl: 26001n,
    mcastQuerierIntvl: 25503n,
    mcastQueryIntvl: 12501n,
    mcastQueryResponseIntvl: 1001n,
    mcastStartupQueryIntvl: 3127n,
  };
  run('ip link add br0 type bridge');
  const told = await ip.link.ensure({ name: 'br0', kind: 'bridge', data });
  expect(told.changed).toBe(true);
  expect([304, 305]).toContain((link('br0')['linkinfo'] as { info_data: object }).info_data['ageing_time' as never]);
  expect(await ip.link.ensure({ name: 'br0', kind: 'bridge', data })).toMatchObject({ changed: false });
  const other = { ...data, ageingTime: 310 };
  expect(await ip.link.ensure({ name: 'br0', kind: 'bridge', data: other })).toMatchObject({ changed: true });
  expect(link('br0')).toMatchObject({ linkinfo: { info_data: { ageing_time: 310 } } });
});

test('a link that is given back makes its link-local address as before, or none', async () => {
  run(
    CALM,
    ...OLD,
    'ip link add v0 type veth peer name w0; ip link set v0 addrgenmode none; ip link set w0 addrgenmode random',
  );
  run('ip link set v0 up; ip link set w0 up; ip address add fd00::1/64 dev v0');
  const before = run('ip -6 -o address show dev v0');
  await reasonOf(ip.apply(failsLate('v0')));
  expect(['v0', 'w0'].map(name => link(name)['inet6_addr_gen_mode'])).toEqual(['none', 'random']);
  expect(run('ip -6 -o address show dev v0')).toBe(before);
});

test('what the kernel refuses to give back is told, and the rest is given', async () => {
  run(
    CALM,
    ...OLD,
    'ip link add br0 type bridge; ip link add v0 type veth peer name w0; ip link set v0 master br0',
    'for each in v0 w0; do echo fd00::1234 > /proc/sys/net/ipv6/conf/$each/stable_secret; done', // goes with the link
    'ip link set v0 alias before; ip link property add dev v0 altname other; ip link set v0 up; ip link set w0 up',
  );
  const error = await reasonOf(ip.apply(failsLate('v0')));
  expect(String(error)).toMatch(/not all could be undone: (apply: link delete v0: EINVAL: .*){2}/);
  expect(link('v0')).toMatchObject({
    ifalias: 'before',
    altnames: ['other'],
    master: 'br0',
    flags: expect.arrayContaining(['UP']),
  });
  expect(link('w0')).toMatchObject({ flags: expect.arrayContaining(['UP']) });
});

describe('the forwarding of a namespace', () => {
  const CONF = '/proc/sys/net/ipv[46]/conf/*';
  const forwarding = (): string =>
    run(`grep . ${CONF}/forwarding ${CONF}/accept_redirects /proc/sys/net/ipv4/ip_forward`);
  const write = (value: number, ...names: string[]): string =>
    run(...names.map(name => `echo ${value} > /proc/sys/net/${name}`));

  test.each([true, false])('becomes %s, and every link and those to come are as they were', async wanted => {
    run(PAIR, OLD[0]!);
    write(Number(!wanted), 'ipv4/ip_forward', 'ipv6/conf/all/forwarding');
    const others = ['conf/v0/forwarding', 'conf/default/forwarding'].flatMap(name => [`ipv4/${name}`, `ipv6/${name}`]);
    write(Number(wanted), ...others, 'ipv4/conf/all/accept_redirects');
    const before = forwarding();
    const error = reasonOf(ip.apply({ forwarding: { ipv4: wanted, ipv6: wanted }, routes: [BAD] }));
    expect(await error).toMatchObject({ code: 'ENETUNREACH' });
    expect(forwarding()).toBe(before);
    await ip.apply({ forwarding: { ipv4: wanted, ipv6: wanted } });
    expect(new Set(run(`cat ${CONF}/forwarding`).trim().split('\n'))).toEqual(new Set([String(Number(wanted))]));
  });

  test('of the links that are left', () => {
    run(PAIR, OLD[0]!);
    write(1, 'ipv4/conf/old/forwarding', 'ipv4/conf/v0/forwarding');
    const context = { socket: ip.socket, where: '' };
    const noted = noteForwarding(context, 'ipv4');
    run('ip link delete v0');
    const before = forwarding();
    write(1, 'ipv4/ip_forward');
    giveBackFiles(context, noted);
    expect(forwarding()).toBe(before);
  });
});
