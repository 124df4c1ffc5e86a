// Without /proc, as in a bare chroot: what needs no files works, what does says so.
import { execFileSync } from 'node:child_process';
import { netns, open } from '../../../dist/index.js';

execFileSync('mount', ['-t', 'tmpfs', 'none', '/proc']);
const ip = open();
const { name } = await ip.link.get('lo');
const [link] = await ip.link.list();
const monitor = ip.monitor(['link']);
const { value } = await monitor.next();
await monitor.return();
let refused;
try {
  netns.create();
} catch (error) {
  refused = `${error.name}: ${error.message}`;
}
ip.close();
console.log(JSON.stringify({ name, listed: link.name, first: value.type, refused }));
