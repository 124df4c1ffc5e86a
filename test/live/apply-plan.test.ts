import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { shell } from '../support/ip.js';

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
