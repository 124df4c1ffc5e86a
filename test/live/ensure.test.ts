import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  await ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'v1' } });
  shell(ns, 'ip', 'link', 'set', 'v0', 'up');
  shell(ns, 'ip', 'link', 'set', 'v1', 'up');
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** The addresses of v0 as `ip` sees them, without what the kernel gave it. */
function addresses(): Record<string, unknown>[] {
  const found = ipJson(ns, 'address', 'show', 'v0')[0]!['addr_info'] as Record<string, unknown>[];
  return found.filter(each => each['protocol'] !== 'kernel_ll' && !String(each['local']).startsWith('fe80'));
}

/** When the kernel last changed an address of v0, hundredths of a second since boot. */
const touched = async (): Promise<number | undefined> =>
  (await ip.address.list({ link: 'v0' })).find(each => each.scope === 'universe')!.message.attrs.cacheinfo?.tstamp;

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('an address', () => {
  test('is added once, and then left alone', async () => {
    const settings = { label: 'v0:x', broadcast: '+', metric: 7, scope: 'link' } as const;
    const made = await ip.address.ensure('v0', '10.0.0.1/24', settings);
    expect(made).toMatchObject({ changed: true, created: true, differences: [], address: { cidr: '10.0.0.1/24' } });
    const wanted = [
      { local: '10.0.0.1', prefixlen: 24, label: 'v0:x', broadcast: '10.0.0.255', metric: 7, scope: 'link' },
    ];
    expect(addresses()).toMatchObject(wanted);
    const again = await ip.address.ensure('v0', '10.0.0.1/24', settings);
    expect(again).toMatchObject({ changed: false, created: false, differences: [] });
    // What is not mentioned may be as it is.
    expect(await ip.address.ensure('v0', '10.0.0.1/24')).toMatchObject({ changed: false });
    expect(addresses()).toMatchObject(wanted);
  });

  test.each(['10.0.0.1/24', 'fd00::1/64'])('%s, of which nothing differs, is not touched', async address => {
    const settings = { flags: ['nodad'], metric: 5, protocol: 9, validLifetime: 1000 } as const;
    await ip.address.ensure('v0', address, settings);
    const made = await touched();
    await pause(30);
    expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ changed: false });
    expect(await touched()).toBe(made);
    expect(await ip.address.ensure('v0', address, { ...settings, metric: 6 })).toMatchObject({ changed: true });
    expect(await touched()).not.toBe(made);
  });

  test('IPv4: only what differs is changed, the rest keeps what it has', async () => {
    shell(
      ns,
      'ip',
      'address',
      'add',
      '10.0.0.1/24',
      'dev',
      'v0',
      'valid_lft',
      '1000',
      'preferred_lft',
      '500',
      'metric',
      '9',
    );
    expect(await ip.address.ensure('v0', '10.0.0.1/24', { protocol: 7 })).toMatchObject({
      changed: true,
      created: false,
      differences: [{ field: 'protocol', from: undefined, to: 7 }],
    });
    expect(addresses()).toMatchObject([{ metric: 9, dynamic: true }]);
    expect(addresses()[0]!['valid_life_time']).toBeGreaterThan(990);
    expect(addresses()[0]!['preferred_life_time']).toBeLessThanOrEqual(500);
    expect((await ip.address.list({ link: 'v0', family: 4 }))[0]!.protocol).toBe(7);

    const { differences } = await ip.address.ensure('v0', '10.0.0.1/24', { metric: 10 });
    expect(differences).toEqual([{ field: 'metric', from: 9, to: 10 }]);
    expect((await ip.address.list({ link: 'v0', family: 4 }))[0]!.protocol).toBe(7);
    const lasting = await ip.address.ensure('v0', '10.0.0.1/24', { validLifetime: 'forever' });
    expect(lasting.differences.map(each => each.field)).toEqual(['validLifetime', 'preferredLifetime']);
    expect(addresses()).toMatchObject([{ metric: 10, valid_life_time: 4294967295 }]);
  });

  test('IPv6: flags and peer can be changed, the rest keeps what it has', async () => {
    shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad', 'noprefixroute', 'metric', '9');
    await ip.address.ensure('v0', 'fd00::1/64', { metric: 10 });
    expect(addresses()).toMatchObject([{ nodad: true, noprefixroute: true, metric: 10 }]);
    expect((await ip.address.ensure('v0', 'fd00::1/64', { flags: ['nodad'] })).differences).toEqual([
      { field: 'flags', from: ['nodad', 'noprefixroute'], to: ['nodad'] },
    ]);
    expect(addresses()[0]).toMatchObject({ nodad: true, metric: 10 });
    expect(addresses()[0]!['noprefixroute']).toBeUndefined();
    await ip.address.ensure('v0', 'fd00::1', { peer: 'fd00::9/64' });
    expect(addresses()).toMatchObject([{ local: 'fd00::1', address: 'fd00::9', prefixlen: 64, metric: 10 }]);
  });

  test.each([
    ['another label', '10.0.0.1/24', { label: 'v0:x' }, 'label'],
    ['a broadcast address', '10.0.0.1/24', { broadcast: '+' }, 'broadcast'],
    ['another scope', '10.0.0.1/24', { scope: 'host' as const }, 'scope'],
    ['a flag of IPv4', '10.0.0.1/24', { flags: ['noprefixroute' as const] }, 'flags'],
    ['a peer in the same network', '10.0.0.1', { peer: '10.0.0.9/24' }, 'peer'],
    ['another length of IPv6', 'fd00::1/128', {}, 'prefixLength'],
    ['a flag that IPv6 cannot get', 'fd00::1/64', { flags: ['nodad' as const, 'mcautojoin' as const] }, 'flags'],
  ])('with %s cannot be had in place, and is left as it is', async (_what, address, settings, field) => {
    shell(ns, 'ip', 'address', 'add', '10.0.0.1/24', 'dev', 'v0');
    shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    const before = addresses();
    await expect(ip.address.ensure('v0', address, settings)).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'ERR_NETLINK_CONFLICT',
      operation: `address ensure ${address} dev v0`,
      differences: [{ field }],
      message: expect.stringContaining('cannot be changed in place; delete it first'),
    });
    expect(addresses()).toEqual(before);
  });

  test('another length of IPv4, and another peer, are other addresses', async () => {
    for (const [address, settings] of [
      ['10.0.0.1/24', {}],
      ['10.0.0.1/16', {}],
      ['10.5.0.1', { peer: '10.5.0.2/32' }],
      ['10.5.0.1', { peer: '10.5.0.3/32' }],
    ] as const) {
      expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ created: true });
      expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ changed: false });
    }
    expect(addresses()).toHaveLength(4);
  });

  test('many at once for the same address: one makes it', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ip.address.ensure('v0', '10.0.0.1/24')));
    expect(all.filter(each => each.created)).toHaveLength(1);
    expect(addresses()).toHaveLength(1);
  });

  test('is replaced', async () => {
    await ip.address.replace('v0', '10.0.0.1/24', { metric: 5 });
    await ip.address.replace('v0', '10.0.0.1/24', { validLifetime: 100 });
    expect(addresses()).toMatchObject([{ local: '10.0.0.1', dynamic: true }]);
    expect(addresses()[0]!['metric']).toBeUndefined();
  });
});

test('addresses are flushed by link, family and scope', async () => {
  for (const each of ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24', 'fd00::1/64'])
    shell(ns, 'ip', 'address', 'add', each, 'dev', 'v0');
  shell(ns, 'ip', 'address', 'add', '10.1.0.1/24', 'dev', 'v1');
  await expect(ip.address.flush({})).rejects.toThrow(/at least one of link, family, scope/);
  await expect(ip.address.flush({ dev: 'v0' } as object)).rejects.toThrow(/no setting is called "dev"/);
  expect(await ip.address.flush({ link: 'v0', family: 4 })).toBe(3);
  expect(addresses()).toMatchObject([{ local: 'fd00::1' }]);
  expect(await ip.address.flush({ link: 'v0', scope: 'universe' })).toBe(1);
  expect(await ip.address.flush({ link: 'v0', scope: 'universe' })).toBe(0);
  const left = ipJson(ns, 'address').flatMap(each => each['addr_info'] as { local: string; scope: string }[]);
  expect(left.map(each => each.local).filter(each => !each.startsWith('fe80'))).toEqual(['10.1.0.1']);
  expect(left.filter(each => each.scope === 'link').length).toBeGreaterThan(0);
});
