import { type Ip, type LinkSpec, type Namespace, netns, open } from '../../src/index.js';
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
const PAIR = 'ip link add v0 type veth peer name w0; ip link set v0 up; ip link set w0 up';

test.each([254, 0])(
  'a route of the main table that is called %i stays where nothing else is to be there',
  async table => {
    run(PAIR, 'ip address add 10.0.0.1/24 dev v0', 'ip route add 10.9.0.0/16 via 10.0.0.5 proto static mtu 1300');
    run('ip route add 10.8.0.0/16 via 10.0.0.5 proto static');
    const plan = await ip.apply({ exact: true, routes: [{ destination: '10.9.0.0/16', gateway: '10.0.0.5', table }] });
    expect(String(plan)).toBe('- route 10.8.0.0/16');
    expect(run('ip route show 10.9.0.0/16')).toBe('10.9.0.0/16 via 10.0.0.5 dev v0 proto static mtu 1300 \n');
  },
);

const mtuOf = (name: string): unknown => ipJson(ns, 'link', 'show', name)[0]!['mtu'];

describe('a link may have the MTU that the one below is given with it, whichever is described first', () => {
  beforeEach(() => run(PAIR));
  const raised = { name: 'v0', mtu: 3000 } as const;

  test.each<[string, LinkSpec, readonly string[]]>([
    ['one that is there', { name: 'mv0', mtu: 3000 }, ['ip link add mv0 link v0 type macvlan']],
    [
      'where the description says on what it sits',
      { name: 'mv0', kind: 'macvlan', link: 'v0', mtu: 3000 },
      ['ip link add mv0 link v0 type macvlan'],
    ],
    [
      'by another name',
      { name: 'mv0', kind: 'macvlan', link: 'other', mtu: 3000 },
      ['ip link property add dev v0 altname other', 'ip link add mv0 link v0 type macvlan'],
    ],
    ['a new one', { name: 'mv0', kind: 'macvlan', link: 'v0', mtu: 3000 }, []],
    ['a new vxlan', { name: 'mv0', kind: 'vxlan', link: 'v0', mtu: 2900, data: { id: 5, port: 4789 } }, []],
  ])('%s', async (_what, upper, before) => {
    if (before.length > 0) run(...before);
    for (const links of [
      [upper, raised],
      [raised, upper],
    ]) {
      await ip.apply({ links });
      expect([mtuOf('v0'), mtuOf('mv0')]).toEqual([3000, (upper as { mtu: number }).mtu]);
      expect(String(await ip.apply({ links }))).toBe('nothing to do');
      run('ip link set mv0 mtu 1400', 'ip link set v0 mtu 1500', ...(before.length > 0 ? [] : ['ip link delete mv0']));
    }
  });

  test('in another namespace', async () => {
    using other = netns.create();
    run('ip link add mv0 link v0 type macvlan');
    await ip.link.set('mv0', { netns: other });
    const links = [{ name: 'mv0', mtu: 3000 }];
    using theirs = open({ netns: other });
    await theirs.apply({ links, namespaces: [{ netns: ns, links: [raised] }] });
    expect(ipJson(other, 'link', 'show', 'mv0')).toMatchObject([{ mtu: 3000 }]);
  });
});
