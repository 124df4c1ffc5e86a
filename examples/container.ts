// Two containers, as the network sees them: processes with a namespace of their own, in it an eth0, its peer on the host.
// Which of the host's veths belongs to which container? `ip link` shows eth0@if4 in there and veth12ab@if2 out here: each
// names the index of the other. `ip.link.peer` follows that.
import { open, topology } from 'rtnetlink';
import { atIndex } from './support/brief.js';
import { Container } from './support/container.js';
import { interruptible } from './support/interruptible.js';

await interruptible(async signal => {
  await using host = open();
  await host.link.add({ name: 'br0', kind: 'bridge', up: true });
  await using _bridge = { [Symbol.asyncDispose]: () => host.link.delete('br0') };
  await host.address.add('br0', '172.20.4.1/24');

  await using one = new Container();
  await using two = new Container();
  const containers = [
    { container: one, address: '172.20.4.2' },
    { container: two, address: '172.20.4.3' },
  ];
  for (const { container, address } of containers) {
    await container.ready(signal);
    const { pid } = container;
    await host.veth.create(
      { name: `veth${pid.toString(16)}`, master: 'br0', up: true },
      { name: 'eth0', netns: { pid }, addresses: [`${address}/24`], up: true },
      { signal },
    );
    const began = performance.now();
    const answer = await (await fetch(`http://${address}/`, { signal })).text();
    console.log(
      `container ${pid}: GET http://${address}/ -> "${answer}", ${(performance.now() - began).toFixed(3)} ms`,
    );
  }

  console.log('\nfrom the container to its veth on the host');
  for (const { container } of containers) {
    await using inside = open({ netns: { pid: container.pid } });
    const eth0 = await inside.link.get('eth0');
    const peer = await inside.link.peer(eth0);
    const veth = await host.link.get(peer!.index);
    console.log(`  container ${container.pid}: ${eth0.index}: ${atIndex(eth0)} -> ${veth.index}: ${veth.name}`);
  }

  console.log('\nfrom a veth on the host to its container');
  for (const veth of await host.link.list({ kind: 'veth' })) {
    const peer = await host.link.peer(veth);
    const there = `${peer?.link?.index}: ${peer?.link?.name} in ${peer?.netns?.path}`;
    console.log(`  ${veth.index}: ${atIndex(veth)} -> ${there}`);
  }

  const namespaces = { host: '/proc/self/ns/net', one: { pid: one.pid }, two: { pid: two.pid } };
  console.log(`\n${await topology({ namespaces, processes: false, signal })}`);
});
