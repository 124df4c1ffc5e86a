import { type Ip, open } from '../../src/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

/** What each test says to the kernel, and it answers. */
export let kernel: ScriptedKernel;
/** Talks to `kernel`. */
export let ip: Ip;

beforeEach(() => {
  kernel = new ScriptedKernel();
  ip = open({ transport: kernel.open() });
});
afterEach(() => ip.close());
