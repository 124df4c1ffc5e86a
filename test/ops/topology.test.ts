import { execFileSync, spawnSync } from 'node:child_process';
import { Link, Topology, type TopologyFarEnd, type TopologyGraph, type TopologyLink } from '../../src/index.js';
import { bridgesOf, linksOf, pairsOf } from '../../src/ops/topology/assemble.js';
import type { View } from '../../src/ops/topology/view.js';
import { goldens } from '../protocol/fixtures.js';

// Pictures of what no kernel at hand has, or would let us name like this. What the kernel at hand has is in test/live.

const HOSTILE = 'a"b\\c\\n<b>&amp;#35;`$x$`\u202e日本\x1b[31m\udcff';
/** The same as a terminal, and every picture, is to show it. */
const TAMED = 'a"b\\c\\n<b>&amp;#35;`$x$`\\u{202e}日本\\x1b[31m\\xff';

const link = (namespace: number, index: number, given: Partial<TopologyLink>): TopologyLink => ({
  id: `net:[${namespace}]/${index}`,
  namespace: `net:[${namespace}]`,
  index,
  name: `l${index}`,
  kind: 'veth',
  loopback: false,
  up: true,
  operState: 'up',
  address: '',
  mtu: 1500,
  addresses: [],
  master: undefined,
  peer: undefined,
  lower: undefined,
  vlan: undefined,
  bridgeVlans: [],
  ...given,
});

const far = (namespace: number, index: number, netnsId?: number): TopologyFarEnd => ({
  index,
  netnsId,
  namespace: `net:[${namespace}]`,
  link: `net:[${namespace}]/${index}`,
});

const vlans = (...vids: number[]): TopologyLink['bridgeVlans'] =>
  vids.map(vid => ({ vid, pvid: vid === 1, untagged: vid === 1 }));

const address = (cidr: string, peer?: string) => ({ cidr, family: 4 as const, scope: 'universe' as const, peer });

const links = [
  link(1, 1, {
    name: 'lo',
    kind: undefined,
    loopback: true,
    addresses: [{ ...address('127.0.0.1/8'), scope: 'host' }],
  }),
  link(1, 2, { name: 'eth0', kind: undefined, operState: 'unknown', addresses: [address('10.0.0.1/24')] }),
  link(1, 3, { name: 'br0', kind: 'bridge', bridgeVlans: vlans(1) }),
  link(1, 4, { name: 'p0', master: 'net:[1]/3', peer: far(2, 2, 0), bridgeVlans: vlans(1, 10, 11, 12, 20) }),
  link(1, 5, {
    name: 'eth0.7',
    kind: 'vlan',
    master: 'net:[1]/3',
    lower: far(1, 2),
    vlan: { id: 7, protocol: '8021ad' },
  }),
  link(1, 6, {
    name: 'x',
    up: false,
    operState: 'down',
    peer: { index: 9, netnsId: 3, namespace: undefined, link: undefined },
  }),
  link(1, 7, {
    name: 'y',
    operState: 'lowerlayerdown',
    peer: { index: 9, netnsId: 4, namespace: 'net:[3]', link: undefined },
  }),
  link(2, 1, { name: 'lo', kind: undefined, loopback: true, addresses: [address('192.0.2.1/32')] }),
  link(2, 2, { name: HOSTILE, peer: far(1, 4, 0), addresses: [address('10.1.0.1/32', '10.1.0.2')] }),
];

const graph: TopologyGraph = {
  namespaces: [
    { id: 'net:[1]', inode: 1, device: 4, label: 'here', own: true, names: [], pids: [] },
    { id: 'net:[2]', inode: 2, device: 4, label: HOSTILE, own: false, names: [HOSTILE], pids: [] },
    { id: 'net:[4]', inode: 4, device: 4, label: 'empty', own: false, names: ['empty'], pids: [] },
  ],
  links,
  pairs: [['net:[1]/4', 'net:[2]/2']],
  bridges: [{ link: 'net:[1]/3', ports: ['net:[1]/4', 'net:[1]/5'], vlanFiltering: true }],
  unreachable: [
    { place: 'locked', namespace: 'net:[3]', code: 'EPERM', reason: 'setns: EPERM' },
    ...[1, 2, 3, 4, 5].map(pid => ({ place: `/proc/${pid}/ns/net`, namespace: undefined, code: 'EACCES', reason: '' })),
  ],
};
const found = new Topology(graph);

test('a picture for terminals', () => {
  expect(String(found)).toBe(
    `here
├─ eth0                         up              10.0.0.1/24
├─ br0        bridge            up              vlans 1 (pvid, untagged)
│  ├─ p0      veth              up              vlans 1 (pvid, untagged), 10-12, 20 <-> ${TAMED} of ${TAMED}
│  └─ eth0.7  vlan 7 (802.1ad)  up              on eth0
├─ x          veth              down            <-> index 9 in netns id 3, not seen
└─ y          veth              lowerlayerdown  <-> index 9 in locked, not seen
${TAMED}
├─ lo${' '.repeat(TAMED.length - 2)}        up  192.0.2.1/32
└─ ${TAMED}  veth  up  10.1.0.1 peer 10.1.0.2/32 <-> p0 of here
empty (only loopback)
not looked at (EPERM): locked
not looked at (EACCES): /proc/1/ns/net, /proc/2/ns/net, /proc/3/ns/net and 2 more`,
  );
});

/** The texts of all boxes, and the lines between them by the first text of what they join. */
interface Drawn {
  readonly groups: string[];
  readonly boxes: string[][];
  readonly edges: string[][];
}
const drawn: Drawn = {
  groups: ['here', TAMED, 'empty'],
  boxes: [
    ['eth0', '10.0.0.1/24'],
    ['br0', 'bridge', 'vlans 1 (pvid, untagged)'],
    ['p0', 'veth', 'vlans 1 (pvid, untagged), 10-12, 20'],
    ['eth0.7', 'vlan 7 (802.1ad)'],
    ['x', 'veth'],
    ['y', 'veth'],
    ['lo', '192.0.2.1/32'],
    [TAMED, 'veth', '10.1.0.1 peer 10.1.0.2/32'],
    ['not looked at (EPERM): locked'],
    ['not looked at (EACCES): /proc/1/ns/net, /proc/2/ns/net, /proc/3/ns/net and 2 more'],
    ['index 9 in netns id 3, not seen'],
    ['index 9 in locked, not seen'],
  ],
  edges: [
    ['p0', 'br0'],
    ['p0', TAMED],
    ['eth0.7', 'br0'],
    ['eth0.7', 'eth0'],
    ['x', 'index 9 in netns id 3, not seen'],
    ['y', 'index 9 in locked, not seen'],
  ],
};
const sorted = ({ groups, boxes, edges }: Drawn): object => ({
  groups: [...groups].sort(),
  boxes: boxes.map(String).sort(),
  edges: edges.map(String).sort(),
});

const hasDot = spawnSync('dot', ['-V']).status === 0;
(hasDot ? test : test.skip)('what Graphviz draws (skipped where dot is not installed)', () => {
  const svg = execFileSync('dot', ['-Tsvg'], { input: found.toDot(), encoding: 'utf8', stdio: 'pipe' });
  const decoded = (xml: string): string =>
    xml
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replaceAll('&#45;', '-')
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  const parts = [...svg.matchAll(/<g id="[^"]*" class="(\w+)">\s*<title>(.*?)<\/title>(.*?)<\/g>/gs)].map(match => ({
    role: match[1],
    title: decoded(match[2]!),
    texts: [...match[3]!.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(text =>
      decoded(text[1]!).replaceAll('\u00a0', ' '),
    ),
  }));
  const nodes = new Map(parts.filter(({ role }) => role === 'node').map(({ title, texts }) => [title, texts]));
  const edges = parts.filter(({ role }) => role === 'edge');
  expect(
    sorted({
      groups: parts.filter(({ role }) => role === 'cluster').map(({ texts }) => texts[0]!),
      boxes: [...nodes.values()].filter(texts => texts.length > 0),
      edges: edges.map(({ title }) => title.split('--').map(name => nodes.get(name)![0]!)),
    }),
  ).toEqual(sorted(drawn));
});

test('what is written in the language of Mermaid', () => {
  const decoded = (label: string): string[] =>
    label
      .split('<br/>')
      .map(line =>
        line.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('\\\u200bn', '\\n'),
      );
  // In quotes nothing may stand that means something to Mermaid, to Markdown or in HTML.
  const label = /\["((?:<br\/>|#\d+;|[^"#&<>\\`*_~$;{}[\]()|])*)"\]$/u;
  const groups: string[] = [];
  const boxes = new Map<string, string[]>();
  const edges: string[][] = [];
  const [head, ...lines] = found.toMermaid().trimEnd().split('\n');
  expect(head).toBe('flowchart LR');
  for (const line of lines.map(each => each.trim())) {
    const text = label.exec(line);
    const edge = /^(\w+) (===|---|-\.->) (\w+)$/.exec(line);
    if (text !== null && line.startsWith('subgraph ')) groups.push(decoded(text[1]!)[0]!);
    else if (text !== null) boxes.set(/^\w+/.exec(line)![0], decoded(text[1]!));
    else if (edge !== null) edges.push([edge[1]!, edge[3]!].map(name => boxes.get(name)![0]!));
    else expect(line).toMatch(/^(end|classDef dashed [\w: -]+|class [\w,]+ dashed)$/);
  }
  expect(sorted({ groups, boxes: [...boxes.values()], edges })).toEqual(sorted(drawn));
});

test('it is plain values, all of them', () => {
  expect(JSON.parse(JSON.stringify(found))).toEqual(JSON.parse(JSON.stringify(graph)));
});

const kindLink = (fixture: string): Link =>
  new Link(goldens.find(({ name }) => name === fixture)!.bytes.slice(16), 'little');

test('VLANs, of links and of bridge ports, and bridges that filter', () => {
  const [vlan, bridge] = [kindLink('kind/vlan-b-reply'), kindLink('kind/bridge-c-reply')];
  const view = {
    place: { id: 'net:[1]' },
    links: new Map([vlan, bridge].map(each => [each.index, each])),
    addresses: [],
    bridgeVlans: [
      { index: bridge.index, vid: 1, pvid: true, untagged: true },
      { index: bridge.index, vid: 5, pvid: false, untagged: false },
    ],
  } as unknown as View;
  const [first, second] = linksOf(view, new Map([[vlan.index, far(1, 5)]]));
  const [asVlan, asBridge] = first!.kind === 'vlan' ? [first, second] : [second, first];
  expect(asVlan).toMatchObject({ vlan: { id: 4094, protocol: '8021ad' }, lower: far(1, 5), peer: undefined });
  expect(asBridge).toMatchObject({
    vlan: undefined,
    bridgeVlans: [
      { vid: 1, pvid: true, untagged: true },
      { vid: 5, pvid: false, untagged: false },
    ],
  });
  expect(bridgesOf(view)).toEqual([{ link: `net:[1]/${bridge.index}`, ports: [], vlanFiltering: true }]);
});

test('a pair is one only if both ends say so', () => {
  const one = link(1, 2, { peer: far(2, 2, 0) });
  expect(pairsOf([one, link(2, 2, { peer: far(1, 2, 0) })])).toEqual([[one.id, 'net:[2]/2']]);
  expect(pairsOf([one, link(2, 2, { peer: far(1, 3, 0) })])).toEqual([]);
  expect(pairsOf([one])).toEqual([]);
});
