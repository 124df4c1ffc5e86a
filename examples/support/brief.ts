import type { Ip, Link } from 'rtnetlink';

/** `veth1@if2`, as `ip` writes a link with another beneath or behind it. */
export const atIndex = (link: Link): string =>
  link.linkIndex === undefined ? link.name : `${link.name}@if${link.linkIndex}`;

/** What `ip -br address` would show, with indices and hardware addresses. */
export async function brief(ip: Ip): Promise<string> {
  const [links, addresses] = await Promise.all([ip.link.list(), ip.address.list()]);
  const lines = links.map(link => {
    const own = addresses.filter(address => address.index === link.index).map(address => address.cidr);
    const state = String(link.operState).toUpperCase();
    return `  ${link.index}: ${atIndex(link).padEnd(14)} ${state.padEnd(8)} ${link.address}  ${own.join(' ')}`.trimEnd();
  });
  return lines.join('\n');
}
