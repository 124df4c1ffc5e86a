import { format } from 'node:util';
import createDebug from 'debug';
import { open } from '../../src/index.js';
import { RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { log } from '../../src/socket/log.js';
import { ScriptedKernel } from '../../src/testing/index.js';

const lines: string[] = [];
void log.message; // loads debug, and makes the formatter
const decoded = jest.spyOn(createDebug.formatters, 'N' as never);
createDebug.log = (...args: unknown[]): void => void lines.push(format(...args));

/** Everything that may be logged: requests, refusals, interrupted dumps, truncation, strangers, overruns. */
async function muchAdo(): Promise<void> {
  const link = { type: RTM_NEWLINK, body: { index: 7, attrs: { ifname: 'veth1' } } } as const;
  const kernel = new ScriptedKernel();
  kernel.expect(RTM_GETLINK).forge(4711, link).reply(link);
  kernel.expect(RTM_GETLINK).dump([link], { interrupted: true });
  kernel.expect(RTM_GETLINK).dump([link, link]);
  kernel.expect(RTM_GETLINK).reply(link).truncate(20);
  kernel.expect(RTM_GETLINK).error('ENODEV', { msg: 'not here' });
  kernel.expect(RTM_GETLINK).overrun();
  await using ip = open({ transport: kernel.open() });
  await ip.link.get('veth1');
  await ip.link.list();
  await ip.link.get('veth1').catch(() => {});
  await ip.link.get('veth1').catch(() => {});
  kernel.done();
}

afterEach(() => {
  createDebug.disable();
  lines.length = 0;
  decoded.mockClear();
});

test('a disabled log decodes nothing', async () => {
  createDebug.enable('another:*');
  await muchAdo();
  expect(decoded).not.toHaveBeenCalled();
  expect(lines).toEqual([]);
});

test('an enabled one shows every message sent and received, in words', async () => {
  createDebug.enable('rtnetlink:message');
  await muchAdo();
  const text = lines.join('\n');
  expect(text.match(/send /g)).toHaveLength(6);
  expect(text.match(/RTM_GETLINK length/g)?.length).toBeGreaterThanOrEqual(6);
  expect(text).toContain('IFLA_IFNAME "veth1"');
  expect(text).toContain('NLMSGERR_ATTR_MSG "not here"');
  expect(text).toContain('NLMSG_DONE');
});

test('what happens besides is in the log of the socket', async () => {
  createDebug.enable('rtnetlink:socket');
  await muchAdo();
  const text = lines.join('\n');
  expect(text).toContain('port 4711, which is not the kernel');
  expect(text).toContain('link list: try 2');
  expect(text).toContain('20 of 44 bytes fitted, for link get veth1');
  expect(text).toContain('receiving failed with ENOBUFS');
  expect(decoded).not.toHaveBeenCalled();
});
