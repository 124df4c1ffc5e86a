import type { LinkSpec, NetworkSpec } from '../../src/index.js';
import { ABSENT, BAD, CALM, failsWithoutATrace, ip, LATE, link, OLD, PAIR, run } from '../support/own-namespaces.js';

const macvlan = (data: object, name = 'mv0') => ({ name, kind: 'macvlan', data }) as LinkSpec;
const vxlan = (data: object, name = 'vx0') => ({ name, kind: 'vxlan', data }) as LinkSpec;
const from = (...macaddr: string[]) => ({ macaddrData: { macaddr } });
const [ONE, TWO] = ['02:00:00:00:00:11', '02:00:00:00:00:12'];
const SOURCES = `${PAIR}; ip link add mv0 link v0 type macvlan mode source macaddr set ${ONE} ${TWO}`;
/** What `ip` calls `macaddrData`. */
const sources = (name: string): unknown =>
  (link(name)['linkinfo'] as { info_data: { macaddr_data?: string[] } }).info_data.macaddr_data?.sort();

describe('a setting that was none, which the kernel does not tell, is so again when something fails', () => {
  test.each<[string, LinkSpec]>([
    ['local address of a vxlan', vxlan({ local: '127.0.0.1' })],
    ['group of a vxlan', vxlan({ group: '239.1.1.1' })],
    ['local address of a vxlan of IPv6', vxlan({ local6: '::1' }, 'vx6')],
    ['group of a vxlan of IPv6', vxlan({ group6: 'ff05::6' }, 'vx7')],
    ['when a macvlan lets multicast wait', macvlan({ bcCutoff: 7 })],
    ['sources of a macvlan', macvlan(from(ONE))],
  ])('%s', async (_, wanted) => {
    run(
      CALM,
      PAIR,
      'ip link add mv0 link v0 type macvlan mode source; ip link add vx0 type vxlan id 5 dstport 4789 dev v0',
    );
    run('ip link add vx6 type vxlan id 6 dstport 4788 dev v0 group ff05::5');
    run('ip link add vx7 type vxlan id 7 dstport 4787 dev v0 local fd00::1');
    const before = (await ip.link.get(wanted.name)).data; // of the macvlan `ip` knows less
    await failsWithoutATrace({ links: [wanted], routes: [BAD] });
    expect((await ip.link.get(wanted.name)).data).toEqual(before);
    await ip.apply({ links: [wanted] });
    expect(String(await ip.apply({ links: [wanted] }))).toBe('nothing to do');
  });
});

test.each([
  ['local address of a vxlan', vxlan({ local: '0.0.0.0', group: '0.0.0.0' })],
  ['link below and flags of a vxlan', vxlan({ link: 0, vnifilter: 0, mcRoute: 0 })],
  ['when a macvlan lets multicast wait', macvlan({ bcCutoff: 1 })],
  ['sources of a macvlan', macvlan(from())],
])('a setting that is described as none may be untold: %s', async (_, wanted) => {
  run(PAIR, 'ip link add mv0 link v0 type macvlan mode source; ip link add vx0 type vxlan id 5 dstport 4789');
  expect(String(await ip.apply({ links: [wanted] }))).toBe('nothing to do');
});

describe('the sources of a macvlan', () => {
  test('are set as a whole, at birth and later', async () => {
    run(PAIR);
    const born = (...addresses: string[]): NetworkSpec => ({
      links: [{ ...macvlan({ mode: 'source', ...from(...addresses) }), link: 'v0' } as LinkSpec],
    });
    for (const addresses of [[ONE, TWO], [TWO], []]) {
      await ip.apply(born(...addresses));
      expect(sources('mv0') ?? []).toEqual(addresses);
      expect(String(await ip.apply(born(...addresses)))).toBe('nothing to do');
    }
  });

  test('are as they were when something fails', async () => {
    run(CALM, ...OLD, SOURCES);
    for (const each of [macvlan(from(TWO)), macvlan(from()), macvlan({ mode: 'vepa' })])
      await failsWithoutATrace({ links: [each], routes: [BAD] });
    await failsWithoutATrace({ links: [ABSENT, { name: 'mv0', state: 'absent' }], routes: [LATE] });
    expect(sources('mv0')).toEqual([ONE, TWO]);
  });

  test('are none in another mode', async () => {
    run(CALM, PAIR, `ip link add mv0 link v0 type macvlan mode bridge`);
    const source = macvlan({ mode: 'source', ...from(ONE, ONE) });
    await failsWithoutATrace({ links: [source], routes: [BAD] });
    for (const each of [source, macvlan({ mode: 'bridge', ...from() })]) {
      await ip.apply({ links: [each] });
      expect(String(await ip.apply({ links: [each] }))).toBe('nothing to do');
    }
    await ip.apply({ links: [{ ...macvlan({ mode: 'bridge', ...from() }, 'mv1'), link: 'v0' } as LinkSpec] });
  });

  test.each<[object, string]>([
    [{ macaddrMode: 'add', macaddr: TWO }, 'macaddr'],
    [{ macaddrMode: 'del', macaddrData: { macaddr: [TWO] } }, 'macaddrMode'],
    [{ macaddrMode: 'flush' }, 'macaddrMode'],
    [{ macaddrMode: 'set' }, 'macaddrMode'],
  ])('are described by how they are to be, not by what to do: %j', async (data, name) => {
    run(SOURCES);
    const reason = `data.${name}: says what to do, not how it is to be; give the whole list as macaddrData`;
    for (const each of ['mv0', 'new0']) {
      const wanted = { ...macvlan(data, each), link: 'v0' } as LinkSpec;
      await expect(ip.apply({ links: [wanted] })).rejects.toThrow(`apply: link ${each}: ${reason}`);
      await expect(ip.link.ensure(wanted as never)).rejects.toThrow(`link ensure ${each}: ${reason}`);
    }
    expect(sources('mv0')).toEqual([ONE, TWO]);
  });
});

test('a value out of bounds is not said to be taken by a new one', async () => {
  run('ip link add br0 type bridge; ip link add vx0 type vxlan id 5 dstport 4789');
  const reasonOf = (wanted: LinkSpec) => ip.apply({ links: [wanted] }).catch(error => (error as Error).message);
  expect(await reasonOf({ name: 'br0', kind: 'bridge', data: { maxAge: 1 } })).toMatch(
    /maxAge is 2000, not 1: a bridge refuses the change \(ERANGE[^;]*\)$/,
  );
  expect(await reasonOf(vxlan({ port: 1 }))).toMatch(/\(EOPNOTSUPP: Cannot change port\); made anew it may take it/);
});

test.each([
  ['that is made', ''],
  ['that is there', 'ip link add mv0 link v0 type macvlan mode passthru'],
])(
  'neighbours go with the hardware address of a link, which a macvlan %s has for itself: given back',
  async (_, made) => {
    run(CALM, PAIR, 'ip address add 10.0.0.1/24 dev v0; ip address add fd00::1/64 dev v0 nodad', made);
    run('ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0; ip neigh add fd00::9 lladdr 02:00:00:00:00:09 dev v0');
    const passthru = { ...macvlan({ mode: 'passthru' }), link: 'v0', address: '02:00:00:00:00:78' } as LinkSpec;
    await failsWithoutATrace({ links: [passthru], routes: [BAD] });
    expect(run('ip neigh show nud permanent').match(/(10.0.0|fd00:).9/g)).toHaveLength(2);
  },
);

test('that a link below is not there is told in the words of the kernel alone', async () => {
  run('ip link add vx0 type vxlan id 5 dstport 4789');
  const reason = await ip.apply({ links: [vxlan({ link: 4711 })] }).catch(error => (error as Error).message);
  expect(reason).toBe('apply: link vx0: set: ENODEV: Invalid local interface, device not found');
});
