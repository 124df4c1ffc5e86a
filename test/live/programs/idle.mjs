// Ends by itself although a socket is open and watched; a request that waits keeps the process alive until it settles.
import { open } from '../../../dist/index.js';

const ip = open();
await ip.link.get('lo');
// The kernel never answers this one: a change without NLM_F_ACK. From now on libuv watches the socket.
const outcome = await ip.socket.get(16, { index: 1 }, { timeout: 50 }).catch(error => error.code);
process.on('exit', () => console.log(JSON.stringify({ outcome, closed: ip.socket.closed })));
