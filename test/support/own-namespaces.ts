import { type Ip, type Namespace, type NetworkSpec, netns, open } from '../../src/index.js';
import { everythingIn, settlesIn } from './everything.js';
import { ipJson, shell } from './ip.js';

/** A namespace of each test's own, and another one. */
export let ns: Namespace;
export let other: Namespace;
/** Works in `ns`. */
export let ip: Ip;

beforeEach(() => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
  other.close();
  for (const name of netns.list()) netns.delete(name);
});

/** Runs lines of shell in `ns`. */
export const run = (...lines: string[]): string => shell(ns, 'sh', '-ec', lines.join('\n'));
/** A link as `ip` sees it. */
export const link = (name: string, where = ns): Record<string, unknown> => ipJson(where, 'link', 'show', name)[0]!;
/** Names of links, `lo` among them. */
export const names = (where = ns): string[] => ipJson(where, 'link', 'show').map(each => String(each['ifname']));

/** IPv6 addresses are there at once. */
export const CALM = 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad';
export const PAIR = 'ip link add v0 type veth peer name w0; ip link set v0 up; ip link set w0 up';
/** Another one. */
export const PAIR1 = PAIR.replaceAll(/\b([vw])0/g, '$11');

/** Fails with ENETUNREACH, when links and addresses are there. */
export const BAD = { destination: '198.51.100.0/24', gateway: '203.0.113.9' } as const;
/** Without the link old, a plan that is made again after its first round finds LATE amiss: the route goes with the link. */
export const OLD = [
  'ip link add old type veth peer name oldw; ip link set old up; ip link set oldw up',
  'ip address add 192.0.2.1/24 dev old',
  'ip route add default via 192.0.2.2',
];
export const ABSENT = { name: 'old', state: 'absent' } as const;
export const LATE = { destination: 'default', gateway: '192.0.2.2' } as const;

/** Routes of the main table as `ip` shows them. */
export const routes = (): string => run('ip route show; ip -6 route show');

/** Applies; what is planned for again must be nothing. */
export async function settles(wanted: NetworkSpec): Promise<void> {
  await ip.apply(wanted);
  expect(String(await ip.apply(wanted))).toBe('nothing to do');
}

/** What it fails with; undefined if it does not. */
export const reasonOf = (deed: Promise<unknown>): Promise<unknown> =>
  deed.then(
    () => undefined,
    (reason: unknown) => reason,
  );

/** Applies what fails; all must be as it was, and no more be told than what failed: the error's code. */
export async function failsWithoutATrace(wanted: NetworkSpec, code = 'ENETUNREACH'): Promise<void> {
  const before = everythingIn([ns, other], true);
  const error = await reasonOf(ip.apply(wanted));
  expect(error).toMatchObject({ code });
  await settlesIn([ns, other], before, String(error), true);
}
