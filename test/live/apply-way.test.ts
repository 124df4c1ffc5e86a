import { ConflictError, type NetworkSpec, open } from '../../src/index.js';
import { ipJson } from '../support/ip.js';
import {
  BAD,
  CALM,
  failsWithoutATrace,
  ip,
  link,
  names,
  ns,
  other,
  PAIR,
  reasonOf,
  run,
} from '../support/own-namespaces.js';

const gone = (name: string) => ({ name, state: 'absent' }) as const;
const BRIDGED = `${PAIR}; ip link add br0 type bridge; ip link set v0 master br0`;
const MACVLAN = 'ip link add mv0 link v0 address 02:00:00:00:00:05 type macvlan mode bridge; ip link set mv0 up';
const VXLAN = 'ip link add vx0 type vxlan id 5 dstport 4789 local 127.0.0.1; ip address add 10.5.0.1/24 dev vx0';

/** What goes holds what something new needs: without that, each is refused by the kernel. */
const cases: [string, string, NetworkSpec, string][] = [
  [
    'the id of a vxlan',
    VXLAN,
    { links: [{ name: 'vx1', kind: 'vxlan', data: { id: 5, port: 4789 } }, gone('vx0')] },
    '- link vx0\n+ link vx1 kind vxlan id 5 port 4789',
  ],
  [
    'the link below, a macvlan',
    `${PAIR}; ${MACVLAN}; ip link add v1 type veth; ip link add br0 type bridge; ip link set v1 master br0`,
    { links: [{ name: 'v0', master: 'br0' }, gone('mv0')] },
    '- link mv0\n~ link v0 master none -> br0',
  ],
  [
    'the link below, a bridge that stays',
    BRIDGED,
    {
      links: [
        { name: 'mv0', kind: 'macvlan', link: 'v0' },
        { name: 'v0', master: null },
      ],
    },
    '~ link v0 master br0 -> none\n+ link mv0 kind macvlan link v0',
  ],
  [
    'the link below, a bridge that goes',
    BRIDGED,
    { links: [{ name: 'mv0', kind: 'macvlan', link: 'v0' }, gone('br0')] },
    '- link br0\n+ link mv0 kind macvlan link v0',
  ],
  [
    'the link below, a bridge whose other port goes to another bridge',
    `${BRIDGED}; ip link add v1 type veth peer name w1; ip link set v1 master br0`,
    {
      links: [
        { name: 'br1', kind: 'bridge' },
        { name: 'v1', master: 'br1' },
        { name: 'mv0', kind: 'macvlan', link: 'v0' },
        gone('br0'),
      ],
    },
    '- link br0\n+ link br1 kind bridge\n+ link mv0 kind macvlan link v0\n~ link v1 master br0 -> br1',
  ],
  [
    'the link below, one that does not share it',
    `${PAIR}; ip link add mv0 link v0 type macvlan mode passthru`,
    { links: [{ name: 'mv1', kind: 'macvlan', link: 'v0', data: { mode: 'bridge' } }, gone('mv0')] },
    '- link mv0\n+ link mv1 kind macvlan link v0 mode bridge',
  ],
];

describe.each(cases)('what is in the way goes first: %s', (_, before, wanted, plan) => {
  beforeEach(() => run(CALM, before));

  test('and all is as described', async () => {
    expect(String(await ip.apply(wanted, { dryRun: true }))).toBe(plan);
    expect(String(await ip.apply(wanted))).toBe(plan);
    expect(String(await ip.apply(wanted))).toBe('nothing to do');
  });

  test('and comes back when something fails', () => failsWithoutATrace({ ...wanted, routes: [BAD] }));
});

test.each(['macvlan mode bridge', 'vxlan id 5 dstport 4789 dev v0'])(
  'what went first comes back with the MTU that it needs of the link below: %s',
  async kind => {
    run(CALM, PAIR, `ip link add old0 link v0 type ${kind}; ip link set old0 up`.replace(/link v0 (?=.*dev)/, ''));
    const made = { name: 'new0', kind: 'vxlan', data: { id: 5, port: 4789 } } as const;
    const links: NetworkSpec['links'] = [
      { name: 'v0', mtu: 1290 },
      gone('old0'),
      made,
      { name: 'mv0', kind: 'macvlan', link: 'v0' },
    ];
    await failsWithoutATrace({ links, routes: [BAD] });
  },
);

test('what has the index that a new link is to have goes first', async () => {
  run(CALM, 'ip link add old0 index 4711 type ifb');
  const links: NetworkSpec['links'] = [{ name: 'new0', kind: 'bridge', index: 4711 }, gone('old0')];
  await failsWithoutATrace({ links, routes: [BAD] });
  expect(String(await ip.apply({ links }))).toBe('- link old0\n+ link new0 index 4711 kind bridge');
  expect(link('new0')).toMatchObject({ ifindex: 4711 });
});

test('what is in nobody’s way goes last, with what sits on it', async () => {
  run(CALM, PAIR, MACVLAN, VXLAN);
  const plan = await ip.apply({ links: [gone('v0'), gone('vx0'), { name: 'br0', kind: 'bridge' }] });
  expect(String(plan)).toBe('+ link br0 kind bridge\n- link mv0 with v0\n- link v0\n- link vx0');
});

test('with a link in the way goes first what sits on it', async () => {
  run(CALM, PAIR, 'ip link add vx0 type vxlan id 5 dstport 4789 dev v0', 'ip link add mv0 link vx0 type macvlan');
  const wanted = {
    links: [gone('mv0'), gone('vx0'), { name: 'vx1', kind: 'vxlan', data: { id: 5, port: 4789 } }],
  } as const;
  const plan = await ip.apply(wanted);
  expect(String(plan)).toBe('- link mv0\n- link vx0\n+ link vx1 kind vxlan id 5 port 4789');
  expect(names()).toEqual(['lo', 'w0', 'v0', 'vx1']);
});

describe('a macvlan on a macvlan, which sits beside it', () => {
  const mv1 = { name: 'mv1', kind: 'macvlan', link: 'mv0', data: { mode: 'bridge' } } as const;
  beforeEach(() => run(CALM, PAIR));

  test('is as described', async () => {
    const wanted = { links: [mv1, { name: 'mv0', kind: 'macvlan', link: 'v0', data: { mode: 'bridge' } }] } as const;
    await ip.apply(wanted);
    expect(link('mv1')).toMatchObject({ link: 'v0' });
    expect(String(await ip.apply(wanted))).toBe('nothing to do');
  });

  test('is as described where the other is elsewhere', async () => {
    run(MACVLAN);
    const wanted = { links: [{ ...mv1, linkNetns: ns }] } as const;
    await using theirs = open({ netns: other });
    await theirs.apply(wanted);
    expect(ipJson(other, 'link', 'show', 'mv1')).toMatchObject([
      { link_index: link('v0')['ifindex'], link_netnsid: 0 },
    ]);
    expect(String(await theirs.apply(wanted))).toBe('nothing to do');
  });

  test('is a conflict if it is on another link', async () => {
    run(MACVLAN, 'ip link add v1 type veth peer name w1; ip link add mv1 link v1 type macvlan mode bridge');
    await expect(ip.apply({ links: [mv1] })).rejects.toThrow('link mv1: link is v1, not mv0');
  });
});

test.each([
  ['mcastQueryIntvl', { mcastQueryIntvl: 50n }, 50n, 100n],
  ['mcastHashElasticity', { mcastHashElasticity: 8 }, 8, 16],
])('a setting of which the kernel makes something else is refused: %s', async (field, data, to, from) => {
  const wanted: NetworkSpec = { links: [{ name: 'br0', kind: 'bridge', data }] };
  const reason = await reasonOf(ip.apply(wanted));
  expect(reason).toBeInstanceOf(ConflictError);
  expect(reason).toMatchObject({ differences: [{ field: `data.${field}`, from, to }] });
  expect(names()).toEqual(['lo']);
});
