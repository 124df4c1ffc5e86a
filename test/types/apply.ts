// Only compiled: what must and what must not type-check in descriptions.
import { type ConflictError, type Difference, type NetworkSpec, open } from '../../src/index.js';

export async function ensured(): Promise<void> {
  await using ip = open();
  const { changed, created, link, differences } = await ip.link.ensure({
    name: 'vx0',
    kind: 'vxlan',
    data: { id: 5, port: 4789 },
    master: null,
  });
  const fields: string[] = differences.map((each: Difference) => each.field);
  const address: string = (await ip.address.ensure(link, '10.0.0.1/24', { metric: 5 })).address.cidr;
  const gateway: string | undefined = (await ip.route.ensure('default', { gateway: '10.0.0.1' })).route.gateway;
  const lladdr: string | undefined = (await ip.neighbour.ensure(link, '10.0.0.9', { lladdr: '02:00:00:00:00:09' }))
    .neighbour.lladdr;
  const priority: number = (await ip.rule.ensure({ from: '10.0.0.0/24', table: 5 })).rule.priority;
  const count: number = await ip.address.flush({ link: 'veth1', family: 6, scope: 'universe' });
  use(changed, created, fields, address, gateway, lladdr, priority, count);

  // @ts-expect-error the settings of another kind
  await ip.link.ensure({ name: 'x', kind: 'vxlan', data: { vlanFiltering: 1 } });
  // @ts-expect-error only a veth has a peer
  await ip.link.ensure({ name: 'x', kind: 'bridge', peer: { name: 'y' } });
  // @ts-expect-error it is found by its name
  await ip.link.ensure({ kind: 'bridge' });
  // @ts-expect-error the kind of the settings is not said
  await ip.link.ensure({ name: 'x', data: { id: 5 } });
  // @ts-expect-error a misspelt setting
  await ip.route.ensure('default', { via: '10.0.0.1' });
}

export async function applied(): Promise<void> {
  await using ip = open();
  const plan = await ip.apply({ links: [{ name: 'lo', up: true }] }, { dryRun: true, timeout: 5 });
  const action: 'add' | 'change' | 'delete' | undefined = plan.steps[0]?.action;
  use(String(plan), plan.changed, action);
  // @ts-expect-error a misspelt setting
  await ip.apply({ links: [{ name: 'lo', kind: 'veth', mut: 5 }] });
  // @ts-expect-error what is absent has no settings
  await ip.apply({ links: [{ name: 'lo', state: 'absent', mtu: 1400 }] });
  // @ts-expect-error the settings of another kind
  await ip.apply({ namespaces: [{ netns: 'blue', links: [{ name: 'm', kind: 'macvlan', data: { port: 5 } }] }] });
  // @ts-expect-error a namespace is meant by something
  await ip.apply({ namespaces: [{ links: [] }] });
}

export const description: NetworkSpec = {
  exact: true,
  links: [
    { name: 'br0', kind: 'bridge', data: { vlanFiltering: 1 }, addresses: ['10.0.0.1/24'] },
    { name: 'v0', kind: 'veth', master: 'br0', peer: { name: 'eth0', netns: { pid: 5 }, up: true } },
    { name: 'mv0', kind: 'macvlan', link: 'eth0', linkNetns: '/proc/1/ns/net', data: { mode: 'bridge' } },
    { name: 'new0', kind: 'somethingnew' },
    { name: 'old0', state: 'absent' },
    { name: 'eth0', addresses: [{ address: '10.0.1.1/24', state: 'absent' }] },
  ],
  routes: [{ destination: 'default', nexthops: [{ gateway: '10.0.0.2', weight: 2 }], state: 'present' }],
  forwarding: { ipv4: true },
  namespaces: [{ netns: 'blue', state: 'absent' }],
};

export const conflict = ({ operation, differences }: ConflictError): string => `${operation} ${differences.length}`;

function use(..._values: unknown[]): void {}
