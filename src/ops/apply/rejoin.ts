import { AF, RTM_NEWLINK, RTM_SETLINK } from '../../protocol/rtnetlink/index.js';
import { PORT_SETTINGS } from '../bridges.js';
import { pickData } from '../ensure/link-data.js';
import type { Link } from '../link.js';
import type { Place } from './places.js';

/** Not `state`, which the kernel computes. */
const SETTINGS = PORT_SETTINGS.filter(name => name !== 'state');

/** Puts a link back to where it belonged, with the settings it had as a port of a bridge. */
export async function rejoin({ context: { socket } }: Place, link: Link, operation: string): Promise<void> {
  const { index, master = 0, masterKind, portData } = link;
  await socket.request(RTM_NEWLINK, { index, attrs: { master } }, { operation });
  if (masterKind !== 'bridge' || portData === undefined) return;
  const protinfo = pickData(SETTINGS, portData);
  await socket.request(RTM_SETLINK, { family: AF.bridge, index, attrs: { protinfo } as never }, { operation });
}
