import { open } from '../../src/index.js';
import { RTM_GETADDR, RTM_GETLINK, RTM_GETROUTE } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

const route = (settings: object): object => ({ routes: [{ destination: '10.0.0.0/8', ...settings }] });
const link = (settings: object): object => ({ links: [{ name: 'lo', ...settings }] });

describe.each([true, false])('dry run %s: what is no description is refused before anything is sent', dryRun => {
  test.each<[object, string]>([
    [{ links: null }, 'links: expected a list, got null'],
    [{ links: {} }, 'links: expected a list, got an object'],
    [{ links: 'lo' }, 'links: expected a list, got lo'],
    [{ links: [null] }, 'links.0: expected an object, got null'],
    [link({ addresses: null }), 'links.0: addresses: expected a list, got null'],
    [link({ addresses: '10.0.0.1/8' }), 'links.0: addresses: expected a list, got 10.0.0.1/8'],
    [link({ addresses: ['10.0.0.1/8', null] }), 'links.0: addresses.1: expected text or an object, got null'],
    [link({ addresses: [5] }), 'links.0: addresses.0: expected text or an object, got 5'],
    [link({ addresses: [[]] }), 'links.0: addresses.0: expected text or an object, got a list'],
    [
      link({ kind: 'veth', peer: { name: 'w0', addresses: null } }),
      'links.0: peer: addresses: expected a list, got null',
    ],
    [link({ addresses: [{}] }), 'links.0: addresses.0: address: expected text like 10.0.0.1/24, got undefined'],
    [[], 'expected an object, got a list'],
    [{ links: [[]] }, 'links.0: expected an object, got a list'],
    [{ exact: 'yes' }, 'exact: expected true or false, got yes'],
    [{ namespaces: [{ netns: 'blue', exact: 1 }] }, 'namespaces.0: exact: expected true or false, got 1'],
    [{ routes: null }, 'routes: expected a list, got null'],
    [{ routes: [null] }, 'routes.0: expected an object, got null'],
    [{ links: [{ name: 'b0', data: { ageingTime: 300 } }] }, 'links.0: data: say of which kind'],
    [route({ nexthops: null }), 'routes.0: nexthops: expected a list, got null'],
    [route({ nexthops: [null] }), 'routes.0: nexthops.0: expected an object, got null'],
    [{ namespaces: null }, 'namespaces: expected a list, got null'],
    [{ namespaces: {} }, 'namespaces: expected a list, got an object'],
    [{ namespaces: [null] }, 'namespaces.0: expected an object, got null'],
    [{ namespaces: [{ netns: 'blue', links: null }] }, 'namespaces.0: links: expected a list, got null'],
    [{ forwarding: null }, 'forwarding: expected an object, got null'],
    [{ forwarding: { ipv4: 'yes' } }, 'forwarding: ipv4: expected true or false, got yes'],
    [{ forwarding: { ipv6: 1 } }, 'forwarding: ipv6: expected true or false, got 1'],
  ])('%j', async (spec, message) => {
    const kernel = new ScriptedKernel();
    using ip = open({ transport: kernel.open() });
    await expect(ip.apply(spec, { dryRun })).rejects.toMatchObject({ name: 'TypeError', message: `apply: ${message}` });
    expect(kernel.requests).toEqual([]);
  });

  test.each<[object, string]>([
    [route({}), 'TypeError: apply: route 10.0.0.0/8: say where it leads: by a gateway, link, nexthops or nexthopId'],
    [route({ via: '10.0.0.1' }), 'TypeError: apply: route 10.0.0.0/8: route add: no setting is called "via"'],
    [route({ nexthops: [] }), 'RangeError: apply: route 10.0.0.0/8: nexthops: expected one or more'],
    [route({ nexthops: [{ weight: 2 }] }), 'TypeError: apply: route 10.0.0.0/8: nexthops.0: say where it leads'],
    [route({ gateway: null }), 'TypeError: apply: route 10.0.0.0/8: gateway: expected an IP address as text, got null'],
    [
      { links: [{ name: 'b0', kind: 'bridge', mtu: -1 }] },
      'RangeError: apply: link b0: attrs.mtu: expected an integer',
    ],
    [
      { links: [{ name: 'b0', kind: 'bridge', addresses: ['x'] }] },
      'RangeError: apply: address x dev b0: address: expected a prefix length',
    ],
  ])('what cannot be sent is told with where it is, before anything is done: %j', async (spec, message) => {
    const kernel = new ScriptedKernel();
    for (const type of [RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE]) kernel.allow(type).dump([]);
    using ip = open({ transport: kernel.open() });
    const reason = await ip.apply(spec, { dryRun }).catch(String);
    expect(reason).toContain(message);
  });

  test('a route that is not to be there need not lead anywhere', async () => {
    const kernel = new ScriptedKernel();
    for (const type of [RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE]) kernel.allow(type).dump([]);
    using ip = open({ transport: kernel.open() });
    expect(String(await ip.apply(route({ state: 'absent' }), { dryRun }))).toBe('nothing to do');
  });

  test('what is left out may be undefined', async () => {
    const kernel = new ScriptedKernel();
    for (const type of [RTM_GETLINK, RTM_GETADDR]) kernel.expect(type).dump([]);
    using ip = open({ transport: kernel.open() });
    const none = { links: undefined, routes: undefined, namespaces: undefined, forwarding: undefined };
    expect(String(await ip.apply(none, { dryRun }))).toBe('nothing to do');
  });
});

test.each<[object, string]>([
  [{ dryrun: true }, 'no setting is called "dryrun" (known: dryRun, signal, timeout)'],
  [{ dryRun: 'no' }, 'dryRun: expected true or false, got no'],
])('options that would be taken for none are refused: %j', async (options, message) => {
  const kernel = new ScriptedKernel();
  using ip = open({ transport: kernel.open() });
  await expect(ip.apply({ links: [] }, options)).rejects.toThrow(message);
  expect(kernel.requests).toEqual([]);
});
