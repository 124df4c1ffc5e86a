import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { RTM_GETLINK } from '../../src/protocol/index.js';
import { kernelCase } from '../../src/protocol/names.js';
import { shell } from '../support/ip.js';

type Counters = Record<string, number | bigint | undefined>;
interface LinkMessage {
  attrs: { stats64: Counters; stats: Counters; afSpec: { inet6: { stats: Counters; icmp6stats: Counters } } };
}

let here: Namespace;
let there: Namespace;
let ip: Ip;
beforeAll(async () => {
  here = netns.create();
  there = netns.create();
  ip = open({ netns: here });
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', netns: there } });
  for (const [ns, name, n] of [
    [here, 'veth1', 1],
    [there, 'veth2', 2],
  ] as const) {
    shell(ns, 'ip', 'link', 'set', name, 'up');
    shell(ns, 'ip', 'address', 'add', `10.9.0.${n}/24`, 'dev', name);
    shell(ns, 'ip', 'address', 'add', `fd09::${n}/64`, 'nodad', 'dev', name);
  }
  // A host that is there answers that nothing listens; one that only has a hardware address does not: in and out differ.
  for (const address of ['10.9.0.77', 'fd09::77']) {
    shell(here, 'ip', 'neighbour', 'add', address, 'lladdr', '02:00:00:00:00:77', 'dev', 'veth1');
  }
  const hosts = ['10.9.0.2', 'fd09::2', ...new Array<string>(20).fill('10.9.0.77'), 'fd09::77', 'fd09::77'];
  shell(here, 'bash', '-c', hosts.map(host => `echo hello >/dev/udp/${host}/9`).join('; '));
});
afterAll(() => {
  ip.close();
  here.close();
  there.close();
});

/** What the kernel says by netlink and in files, at a moment when nothing was counted in between. */
async function same(read: () => Counters): Promise<[files: Counters, link: LinkMessage]> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const before = read();
    const link = (await ip.socket.get(RTM_GETLINK, { attrs: { ifname: 'veth1' } })) as unknown as LinkMessage;
    if (JSON.stringify(read()) === JSON.stringify(before)) return [before, link];
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('the counters never stood still');
}

const pairs = (text: string): Counters =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map(line => line.trim().split(/[\s:]+/))
      .map(([name, value]) => [name!, Number(value)]),
  );

/** A sysfs of its own shows the links of the namespace that mounts it. */
const statistics = (): Counters =>
  pairs(
    shell(
      here,
      ...(['unshare', '--mount', 'sh', '-c'] as const),
      'mount -t sysfs sysfs /sys && cd /sys/class/net/veth1/statistics && grep . *',
    ),
  );

test('IFLA_STATS64 and IFLA_STATS hold what /sys/class/net/NAME/statistics says', async () => {
  const [files, { attrs }] = await same(statistics);
  const asFile = (counters: Counters): Counters =>
    Object.fromEntries(
      Object.entries(counters).map(([name, value]) => [kernelCase(name).toLowerCase(), Number(value)]),
    );
  expect(Object.keys(files)).toHaveLength(24);
  expect(asFile(attrs.stats)).toEqual(files);
  const { rx_otherhost_dropped, ...exact } = asFile(attrs.stats64); // the one that has no file
  expect(exact).toEqual(files);
  expect(rx_otherhost_dropped).toBe(0);
  const { rx_packets, tx_packets, rx_bytes, tx_bytes } = files;
  expect(new Set([rx_packets, tx_packets, rx_bytes, tx_bytes]).size).toBe(4);
});

/** What net/ipv6/proc.c calls otherwise than the constant. */
const RENAMED: Readonly<Record<string, string>> = {
  inreceives: 'inpkts',
  outtransmits: 'outpkts',
  innoectpkts: 'noectpkts',
  inect1pkts: 'ect1pkts',
  inect0pkts: 'ect0pkts',
  incepkts: 'cepkts',
};

const snmp6 = (): Counters => pairs(shell(here, 'cat', '/proc/net/dev_snmp6/veth1'));

test('IFLA_INET6_STATS and IFLA_INET6_ICMP6STATS hold what /proc/net/dev_snmp6 says', async () => {
  const [files, { attrs }] = await same(snmp6);
  const { stats, icmp6stats } = attrs.afSpec.inet6;
  const told = (prefix: RegExp): [string, number][] =>
    Object.entries(files)
      .filter(([name]) => prefix.test(name))
      .map(([name, value]) => [name.replace(/^Ic?m?p6/, '').toLowerCase(), Number(value)]);
  const inet6 = told(/^Ip6/).map(([name, value]): [string, number] => [RENAMED[name] ?? name, value]);
  expect(inet6.length).toBeGreaterThanOrEqual(32);
  expect(inet6.map(([name]) => [name, Number(stats[name])])).toEqual(inet6);
  const icmp6 = told(/^Icmp6(In|Out)(Msgs|Errors)$/);
  expect(icmp6.map(([name]) => name)).toEqual(['inmsgs', 'inerrors', 'outmsgs', 'outerrors']);
  expect(icmp6.map(([name]) => [name, Number(icmp6stats[name])])).toEqual(icmp6);
  expect(Number(icmp6stats['csumerrors'])).toBe(files['Icmp6InCsumErrors']);
  for (const name of [
    'Ip6InReceives',
    'Ip6OutRequests',
    'Ip6InOctets',
    'Icmp6InMsgs',
    'Icmp6OutMsgs',
    'Ip6OutMcastPkts',
  ]) {
    expect(files[name]).toBeGreaterThan(0);
  }
});
