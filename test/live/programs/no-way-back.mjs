// The thread loses its rights while it is inside, so that it cannot go back; the caller looks away from the error.
import koffi from 'koffi';
import { netns } from '../../../dist/index.js';

const capset = koffi.load(null).func('int capset(void *, void *)');
/** Version 3 of linux/capability.h; of the calling thread. */
const header = Buffer.from(Uint32Array.of(0x20080522, 0).buffer);
const none = Buffer.alloc(24);

const ns = netns.create();
let thrown;
try {
  ns.run(() => capset(header, none));
} catch ({ name, message, cause }) {
  thrown = { name, message, cause: { code: cause.code, syscall: cause.syscall } };
}
console.log(JSON.stringify(thrown));
setTimeout(() => console.log('it carries on'), 1000);
