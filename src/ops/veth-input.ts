import type { AddressInput as AddressMessage, LinkAttrsInput, LinkInput } from '../protocol/rtnetlink/index.js';
import { type AddressSettings, addressInput } from './address-input.js';
import { checkKeys, LINK_SETTINGS, linkInput, NEW_LINK_SETTINGS, type NewLinkSettings } from './link-input.js';
import { checkLinkName, checkLinkRef, type LinkRef } from './names.js';
import type { NamespaceRef } from './namespace-ref.js';

/** An address of a new link: in CIDR form, or with what else `ip.address.add` takes. */
export type VethAddress = string | (AddressSettings & { readonly address: string });

/** One end of a pair to be made. What is left out is not sent. */
export interface VethEndSettings extends NewLinkSettings {
  /** 1 to 15 bytes. */
  name: string;
  /** The namespace it is to be born in; by default the one that `ip` works in. */
  netns?: NamespaceRef | undefined;
  /** The bridge, bond or VRF it is to belong to, in its own namespace. */
  master?: LinkRef | undefined;
  /** Its addresses: `['172.20.1.1/24', { address: 'fd00::1/64', flags: ['nodad'] }]`. */
  addresses?: readonly VethAddress[] | undefined;
}

/**
 * What a pair is born with. Of the others the kernel ignores some when it makes a link (`alias`, `carrier`), and the flags
 * come last: a link goes up when it is complete.
 */
const AT_BIRTH = [
  'name',
  'index',
  'mtu',
  'address',
  'broadcast',
  'txqlen',
  'group',
  'mode',
  'numTxQueues',
  'numRxQueues',
] as const;

/** What is to be sent for one end, checked. */
export interface VethPlan {
  readonly settings: VethEndSettings;
  readonly name: string;
  readonly index: number | undefined;
  readonly master: LinkRef | undefined;
  readonly addresses: readonly { readonly text: string; readonly body: AddressMessage }[];
  /** The link as it is born. */
  birth(netNsFd: number | undefined, last?: LinkAttrsInput): LinkInput;
  /** What is changed afterwards; undefined if nothing is. */
  change(index: number, master: number | undefined): LinkInput | undefined;
}

/** Throws TypeError or RangeError. `which` is what errors call the end. */
export function planOf(settings: VethEndSettings, which: string): VethPlan {
  checkKeys(settings, [...NEW_LINK_SETTINGS, 'netns', 'master', 'addresses'], `veth create: ${which}`);
  const { index, master } = settings;
  const born = pick(settings, AT_BIRTH);
  const later = pick(
    settings,
    LINK_SETTINGS.filter(key => !(AT_BIRTH as readonly string[]).includes(key)),
  );
  if (master !== undefined) checkLinkRef(master, `${which}.master`);
  linkInput(settings, {});
  return {
    settings,
    name: checkLinkName(settings.name, `${which}.name`),
    index,
    master,
    addresses: (settings.addresses ?? []).map(addressOf),
    birth: (netNsFd, last) => linkInput(born, { netNsFd }, last),
    change: (at, masterIndex) =>
      masterIndex === undefined && Object.keys(later).length === 0
        ? undefined
        : { ...linkInput(later, { master: masterIndex }), index: at },
  };
}

function addressOf(given: VethAddress): { text: string; body: AddressMessage } {
  if (typeof given === 'string') return { text: given, body: addressInput(given, {}) };
  const { address, ...settings } = given;
  return { text: address, body: addressInput(address, settings) };
}

function pick(settings: VethEndSettings, keys: readonly (keyof NewLinkSettings)[]): NewLinkSettings {
  const given = Object.entries(settings) as [keyof NewLinkSettings, unknown][];
  return Object.fromEntries(given.filter(([key, value]) => value !== undefined && keys.includes(key)));
}
