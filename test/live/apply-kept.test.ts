import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(() => {
  ns = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
});

const run = (...lines: string[]): string => shell(ns, 'sh', '-ec', lines.join('\n'));
const link = (name: string): Record<string, unknown> => ipJson(ns, 'link', 'show', name)[0]!;

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
