// Records what test/testing/recording.test.ts replays:
// npm run build && unshare --map-root-user --net node test/testing/record.mjs > test/testing/veth.exchange
import { release } from 'node:os';
import { KernelTransport, open } from '../../dist/index.js';
import { Recording } from '../../dist/testing/index.js';

const recording = new Recording();
const ip = open({ transport: recording.of(new KernelTransport()) });
const events = ip.socket.subscribe(['link']);
await ip.link.add({ name: 'veth1', kind: 'veth', mtu: 1400, peer: { name: 'veth2' } });
await ip.address.add('veth1', '172.20.1.1/24');
await ip.link.add({ name: 'veth1', kind: 'veth' }).catch(() => {});
events.poll();
await ip.address.list({ link: 'veth1' });
await Promise.all([ip.link.get('veth1'), ip.link.get('veth2')]);
events.close();
ip.close();
console.log(recording.toString(`node test/testing/record.mjs, on Linux ${release()}`));
