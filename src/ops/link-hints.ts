import { macBytes } from '../protocol/address-codecs.js';
import { type Context, commonHint, linkHint } from './context.js';
import type { LinkAddSettings, LinkChanges } from './links.js';
import { type LinkRef, linkLabel } from './names.js';

/** ETH_MIN_MTU and ETH_MAX_MTU, linux/if_ether.h: what drivers/net/veth.c takes, and refuses without a word. */
const VETH_MTU = { min: 68, max: 65535 };

/** Words for an errno that making a link ended with; `words` are the kernel's own. */
export function addHint(
  context: Context,
  code: string,
  settings: LinkAddSettings,
  words: string | undefined,
): string | undefined {
  const { kind, name, peer, address, master, link, data } = settings;
  if (code === 'EEXIST')
    return words === undefined ? taken([name, peer?.name], [settings.index, peer?.index]) : undefined;
  if (code === 'EOPNOTSUPP')
    return `kind "${kind}": the kernel lacks it${settingsOf(settings)}, or its module is not there (modprobe rtnl-link-${kind})`;
  if (code === 'ENODEV') return noneOf(context, { master, link, 'data.link': lowerOf(data) });
  if (code === 'EADDRNOTAVAIL') return unicastHint('address', address) ?? unicastHint('peer.address', peer?.address);
  const mtu = mtuHint('mtu', settings.mtu) ?? mtuHint('peer.mtu', peer?.mtu);
  if (code === 'EINVAL' && kind === 'veth' && mtu !== undefined) return mtu;
  if (code === 'EINVAL' && words === undefined) return masterHint(master);
  return commonHint(context, code);
}

/** Words for an errno that changing a link ended with. */
export function setHint(context: Context, code: string, ref: LinkRef, changes: LinkChanges): string | undefined {
  const { name, master, address, kind } = changes;
  if (code === 'EOPNOTSUPP' && kind !== undefined) {
    return `${linkLabel(ref)} is of another kind than "${kind}", or the kernel cannot change it${settingsOf(changes)}`;
  }
  if (code === 'EEXIST' && name !== undefined) return existing(name);
  if (code === 'EADDRNOTAVAIL') return unicastHint('address', address);
  if (code === 'EINVAL' && typeof master === 'number') return masterHint(master);
  if (code === 'EOPNOTSUPP' && master != null) {
    return `${linkLabel(master)} takes no ports, or not ${linkLabel(ref)}`;
  }
  return linkHint(context, code, ref);
}

/** ` or one of its settings (vlanFiltering)`, if there are any. */
function settingsOf({ data }: { readonly data?: object | undefined }): string {
  return data === undefined ? '' : ` or one of its settings (${Object.keys(data).join(', ')})`;
}

/** Words for an errno that deleting a link ended with. */
export function deleteHint(context: Context, code: string, ref: LinkRef): string | undefined {
  return code === 'EOPNOTSUPP' ? `${linkLabel(ref)} is of a kind that cannot be deleted` : linkHint(context, code, ref);
}

/** `a link named "veth1" or "veth2" already exists` */
export function existing(...given: readonly (string | undefined)[]): string | undefined {
  const names = given.filter(each => each !== undefined).map(each => JSON.stringify(each));
  return names.length === 0 ? undefined : `a link named ${names.join(' or ')} already exists`;
}

function taken(names: readonly (string | undefined)[], indexes: readonly (number | undefined)[]): string | undefined {
  const given = indexes.filter(each => each !== undefined && each !== 0).map(each => `with index ${each}`);
  const byName = existing(...names);
  if (given.length === 0) return byName;
  return byName === undefined
    ? `a link ${given.join(' or ')} already exists`
    : `${byName}, or one ${given.join(' or ')}`;
}

/** do_set_master in net/core/rtnetlink.c has no words for an index that is no link's. */
const masterHint = (master: LinkRef | null | undefined): string | undefined =>
  typeof master === 'number' ? `perhaps there is no link ${linkLabel(master)} (master)` : undefined;

/** The link below a tunnel. */
function lowerOf(data: object | undefined): number | undefined {
  const lower = (data as { link?: unknown } | undefined)?.link;
  return typeof lower === 'number' && lower !== 0 ? lower : undefined;
}

/** Which of the links that a request means by number may be the one that is not there. */
export function noneOf({ where }: Context, refs: Readonly<Record<string, LinkRef | undefined>>): string | undefined {
  const given = Object.entries(refs).filter(([, ref]) => ref !== undefined);
  if (given.length === 0) return undefined;
  return `there is no link ${given.map(([role, ref]) => `${linkLabel(ref!)} (${role})`).join(' or no ')} in ${where}`;
}

function mtuHint(argument: string, mtu: number | undefined): string | undefined {
  if (mtu === undefined || (mtu >= VETH_MTU.min && mtu <= VETH_MTU.max)) return undefined;
  return `${argument}: a veth takes ${VETH_MTU.min} to ${VETH_MTU.max}`;
}

/** What is_valid_ether_addr in linux/etherdevice.h refuses. */
function unicastHint(argument: string, address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const bytes = macBytes(address);
  if ((bytes[0]! & 1) === 0 && bytes.some(byte => byte !== 0)) return undefined;
  return `${argument}: ${address} is ${bytes.some(byte => byte !== 0) ? 'a multicast address' : 'all zeros'}`;
}
