// Two veth pairs, one end of each plugged into an Open vSwitch bridge, the other in a namespace of its own.
import { netns, open, topology } from 'rtnetlink';
import { interruptible } from './support/interruptible.js';
import { OpenVSwitch } from './support/open-vswitch.js';
import { echoServer, roundTrip, udp } from './support/udp.js';

if (OpenVSwitch.lacks !== undefined) {
  console.error(OpenVSwitch.lacks);
  process.exit(1);
}

await interruptible(async signal => {
  using left = netns.create();
  using right = netns.create();
  // The switch has a namespace of its own too: it sees no other links than these.
  using middle = netns.create();
  await using ip = open({ netns: middle });
  await using ovs = await OpenVSwitch.start(middle, signal);
  ovs.vsctl('add-br', 'br0', '--', 'set', 'bridge', 'br0', 'datapath_type=netdev');

  const hosts = [
    { ns: left, port: 'left', address: '172.20.2.1' },
    { ns: right, port: 'right', address: '172.20.2.2' },
  ];
  for (const { ns, port, address } of hosts) {
    await ip.veth.create(
      { name: port, up: true },
      { name: 'eth0', netns: ns, addresses: [`${address}/24`], up: true },
      { signal },
    );
    ovs.vsctl('add-port', 'br0', port);
    // A veth leaves checksums to hardware that is not there. The switch's datapath in user space passes them on unfinished,
    // and the receiver drops what it gets: have them computed where the packets are made.
    await ns.exec('ethtool', ['-K', 'eth0', 'tx', 'off'], { env: ovs.env, signal });
  }
  console.log(`made a switch, and plugged two namespaces into it (ovs-vsctl show)\n${ovs.vsctl('show')}`);

  await using _server = echoServer(right, '172.20.2.2');
  await using client = udp(left, '172.20.2.1');
  for (let i = 1; i <= 3; i++) {
    const milliseconds = await roundTrip(client, '172.20.2.2', { signal });
    console.log(`UDP 172.20.2.1 -> br0 -> 172.20.2.2 and back: ${milliseconds.toFixed(3)} ms`);
  }

  console.log(`\nwhere the switch saw packets come in and go out (ovs-ofctl dump-ports br0)`);
  for (const { port } of hosts) console.log(ovs.run('ovs-ofctl', 'dump-ports', 'br0', port).trimEnd());
  console.log(`\nand whose they were (ovs-appctl fdb/show br0)\n${ovs.run('ovs-appctl', 'fdb/show', 'br0')}`);
  for (const { ns, port } of hosts) {
    await using inside = open({ netns: ns });
    const { address, stats } = await inside.link.get('eth0', { signal });
    console.log(`${address} is eth0 of ${port}: ${stats?.txPackets} packets sent, ${stats?.rxPackets} received`);
  }

  console.log(`\n${await topology({ namespaces: { left, right, 'Open vSwitch': middle }, processes: false, signal })}`);
});
