// The clock of a test tool, which replaces the globals and what node:timers exports, while the kernel is asked, and after.
import { mock } from 'node:test';
import { open } from '../../../dist/index.js';

const ip = open();
await ip.link.get('lo');

mock.timers.enable({ apis: ['setImmediate', 'setInterval', 'setTimeout', 'Date'] });
const got = await ip.link.get('lo');
const silent = await ip.socket.get(16, { index: 1 }, { timeout: 20 }).catch(error => error.code);
const waited = await ip.link.waitFor('veth9', 'present', { timeout: 20 }).catch(error => error.code);
const monitor = ip.monitor(['link']);
const first = await monitor.next();
await monitor.return();
mock.timers.reset();

const after = await ip.link.get('lo', { timeout: 300 });
console.log(JSON.stringify({ names: [got.name, after.name], silent, waited, first: first.value.type }));
ip.close();
