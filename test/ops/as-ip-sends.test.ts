import type { Ip } from '../../src/index.js';
import { goldens, toHex } from '../protocol/fixtures.js';
import { recorder, withEcho } from '../support/sent-requests.js';

/** What an operation sends is, byte for byte, what `ip` sent for the command of the fixture. Link 3 is veth1, 4 is br0. */
const same: [fixture: string, call: (ip: Ip) => Promise<unknown>][] = [
  ['link/set-up', ip => ip.link.set(3, { up: true })],
  ['link/set-down', ip => ip.link.set(3, { up: false })],
  ['link/set-mtu', ip => ip.link.set(3, { mtu: 1400, txqlen: 77 })],
  ['link/set-name', ip => ip.link.set(3, { name: 'left' })],
  ['link/set-alias', ip => ip.link.set(3, { alias: 'the left end' })],
  ['link/set-no-alias', ip => ip.link.set(3, { alias: '' })],
  ['link/set-address', ip => ip.link.set(3, { address: '02:00:00:00:00:09', broadcast: 'ff:ff:ff:ff:ff:fe' })],
  ['link/set-group', ip => ip.link.set(3, { group: 7 })],
  ['link/set-mode', ip => ip.link.set(3, { mode: 'dormant' })],
  ['link/set-carrier', ip => ip.link.set(3, { carrier: true })],
  ['link/set-master', ip => ip.link.set(3, { master: 4 })],
  ['link/set-nomaster', ip => ip.link.set(3, { master: null })],
  ['link/delete', ip => ip.link.delete(3)],
  ['link/add-altnames', ip => ip.link.addAltNames(3, ['first', 'a-name-longer-than-fifteen'])],
  ['link/delete-altname', ip => ip.link.deleteAltNames(3, ['first'])],
  ['address/add-ipv4', ip => ip.address.add(3, '172.20.1.1/24')],
  ['address/add-ipv4-broadcast', ip => ip.address.add(3, '10.1.2.3/24', { broadcast: '+' })],
  ['address/add-ipv4-peer', ip => ip.address.add(3, '10.1.2.3', { peer: '10.1.2.4/32' })],
  ['address/add-ipv6', ip => ip.address.add(3, '2001:db8::1/64')],
  ['address/add-ipv6-peer', ip => ip.address.add(3, '2001:db8::7', { peer: '2001:db8::8/128' })],
  ['address/delete', ip => ip.address.delete(3, '10.1.2.3/24')],
  ['address/delete-ipv6', ip => ip.address.delete(3, '2001:db8::1/64')],
];

const golden = (name: string): string => toHex(goldens.find(each => each.name === `${name}-request`)!.bytes);

async function sends(call: (ip: Ip) => Promise<unknown>): Promise<string[]> {
  const { ip, sent } = recorder();
  await call(ip).catch(() => {}); // what is asked for afterwards gets no answer here
  return sent;
}

test.each(same)('%s', async (fixture, call) => {
  expect(await sends(call)).toEqual([golden(fixture)]);
});

test.each<[string, (ip: Ip) => Promise<unknown>]>([
  ['link/add-veth', ip => ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } })],
  ['link/add-veth-unnamed', ip => ip.link.add({ kind: 'veth' })],
])('%s, and with NLM_F_ECHO', async (fixture, call) => {
  expect((await sends(call))[0]).toBe(withEcho(golden(fixture)));
});
