// Only compiled: what must and what must not type-check in link messages.
import { encodeMessage, type LinkAttrs, type LinkAttrsInput, RTM_NEWLINK } from '../../src/protocol/index.js';

declare const attrs: LinkAttrs;

export function data(): void {
  const linkinfo = attrs.linkinfo;
  if (linkinfo?.kind === 'vxlan') {
    const port: number | undefined = linkinfo.data?.port;
    const group: string | undefined = linkinfo.data?.group;
    const gbp: true | undefined = linkinfo.data?.gbp;
    use(port, group, gbp);
    // @ts-expect-error of another kind
    use(linkinfo.data?.vlanFiltering);
  }
  if (linkinfo?.kind === 'bridge') {
    const priority: number | undefined = linkinfo.data?.priority;
    const root: string | undefined = linkinfo.data?.rootId?.addr;
    const timer: bigint | undefined = linkinfo.data?.helloTimer;
    // @ts-expect-error a number, not text
    const wrong: string | undefined = linkinfo.data?.priority;
    use(priority, root, timer, wrong);
  }
  if (linkinfo?.kind === 'bond') {
    const mode: 'activebackup' | '8023ad' | 'broadcast' | 'roundrobin' | 'xor' | 'tlb' | 'alb' | number | undefined =
      linkinfo.data?.mode;
    const targets: readonly string[] | undefined = linkinfo.data?.arpIpTarget;
    use(mode, targets);
  }
  if (linkinfo?.kind === 'can') {
    const errors: number | undefined = linkinfo.xstats?.busError;
    use(errors, linkinfo.data?.bittiming?.bitrate);
  }
  if (linkinfo?.kind === 'vlan') {
    // @ts-expect-error only CAN has counters of its own
    use(linkinfo.xstats?.busError);
  }
  // @ts-expect-error the kind is not known
  use(linkinfo?.data?.port);
  if (linkinfo?.slaveKind === 'bridge') {
    const state: string | number | undefined = linkinfo.slaveData?.state;
    use(state);
    // @ts-expect-error of a bond
    use(linkinfo.slaveData?.miiStatus);
  }
}

export function families(): void {
  const mode: 'eui64' | 'none' | 'stablePrivacy' | 'random' | number | undefined = attrs.afSpec?.inet6?.addrGenMode;
  const vid: number | undefined = attrs.afSpec?.vlanInfo?.[0]?.vid;
  const cost: number | undefined = attrs.protinfo?.cost;
  const raMtu: number | undefined = attrs.protinfo?.raMtu;
  const vf: number | undefined = attrs.vfinfoList?.info?.[0]?.mac?.vf;
  use(mode, vid, cost, raMtu, vf, attrs.devlinkPort?.busName, attrs.dpllPin?.id);
  // @ts-expect-error no family has it
  use(attrs.afSpec?.vlanInf);
}

export function input(): void {
  newLink({ linkinfo: { kind: 'vlan', data: { id: 5, protocol: '8021ad', flags: { flags: ['gvrp'], mask: 0xff } } } });
  newLink({ linkinfo: { kind: 'vlan', data: { id: 5, protocol: 0x9100, flags: { flags: 2, mask: ['gvrp'] } } } });
  newLink({ linkinfo: { kind: 'macsec', data: { cipherSuite: 'gcmAesXpn256', sci: 5n } } });
  newLink({ linkinfo: { kind: 'dummy' } });
  newLink({ linkinfo: { kind: 'somethingnew', '#2': { type: 2, data: new Uint8Array(4) } } });
  newLink({ linkinfo: { slaveKind: 'bridge', slaveData: { state: 'forwarding', cost: 7 } } });
  newLink({ afSpec: { flags: ['master'], vlanInfo: [{ flags: ['pvid', 'untagged'], vid: 10 }] } });
  newLink({ linkinfo: { kind: 'netkit', data: { peerInfo: { attrs: { ifname: 'nk1' } }, policy: 'drop' } } });
  // @ts-expect-error no such protocol
  newLink({ linkinfo: { kind: 'vlan', data: { protocol: '8021x' } } });
  // @ts-expect-error a setting of another kind
  newLink({ linkinfo: { kind: 'vrf', data: { id: 5 } } });
  // @ts-expect-error no such flag
  newLink({ linkinfo: { kind: 'macvlan', data: { flags: ['nodts'] } } });
  // @ts-expect-error of two families at once
  newLink({ afSpec: { inet6: {}, vlanInfo: [] } });
}

function newLink(given: LinkAttrsInput): void {
  encodeMessage({ type: RTM_NEWLINK, body: { attrs: given } });
}
function use(..._values: unknown[]): void {}
