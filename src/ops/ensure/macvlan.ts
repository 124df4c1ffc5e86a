import { isDeepStrictEqual } from 'node:util';
import { macvlanMacaddrMode, macvlanMode } from '../../protocol/rtnetlink/link-kinds/macvlan.js';

interface Sources {
  readonly macaddr?: readonly string[] | undefined;
}

/** What a macvlan says of its list, and what it is told. */
interface Data {
  readonly mode?: unknown;
  readonly macaddrMode?: unknown;
  readonly macaddr?: unknown;
  readonly macaddrData?: Sources | undefined;
}

/**
 * The settings of a kind as a state. Of the addresses from which a macvlan of mode source takes packets a request says what to
 * do, and that is a state only if the list is set as a whole (macvlan_changelink_sources in drivers/net/macvlan.c). Throws
 * RangeError.
 */
export function asState(data: Data | undefined): object | undefined {
  if (data === undefined) return undefined;
  const { macaddrMode, ...state } = data;
  const isSet = [undefined, 'set', macvlanMacaddrMode.values.set].includes(macaddrMode as never);
  const commands = ['macaddr', ...(isSet ? [] : ['macaddrMode'])].filter(
    name => data[name as keyof Data] !== undefined,
  );
  if (commands.length > 0 || (macaddrMode !== undefined && data.macaddrData === undefined))
    throw new RangeError(
      `data.${commands[0] ?? 'macaddrMode'}: says what to do, not how it is to be; give the whole list as macaddrData`,
    );
  return state;
}

/** The settings in a form that can be sent: a list takes the place of the one that is there. In other modes there is none. */
export function asRequest(data: object): object {
  const { macaddrData, ...others } = data as Data;
  if (macaddrData === undefined) return data;
  const { mode = SOURCE } = others;
  return mode === 'source' || mode === SOURCE ? { ...data, macaddrMode: 'set' } : others;
}

/** Whether it has the link below to itself, and the same hardware address (macvlan_set_mac_address in drivers/net/macvlan.c). */
export const isPassthru = (data: object | undefined): boolean =>
  ['passthru', macvlanMode.values.passthru].includes((data as Data | undefined)?.mode as never);

const SOURCE = macvlanMode.values.source;

/** The kernel has them in an order of its own. */
export const sameSources = (found: unknown, wanted: unknown): boolean =>
  isDeepStrictEqual(sorted(found as Sources), sorted(wanted as Sources));

const sorted = ({ macaddr = [] }: Sources = {}): string[] => [...new Set(macaddr)].sort();
