// What is measured: each workload with its series, a series being one way of one program to do it.

/**
 * @typedef {object} Series
 * @property {string} peer Key in peers.mjs.
 * @property {string} run The driver's first argument.
 * @property {string} label What the table calls it.
 * @property {number} n The driver's second argument: how often.
 *
 * @typedef {object} Workload
 * @property {string} id `w1`; parts of one are `w3-cold`.
 * @property {string} title
 * @property {string} per What one operation is.
 * @property {'µs' | 'ns' | 'ms'} unit
 * @property {string[]} [setup] Arguments of the C program's `setup`.
 * @property {number} [objects] What a list shows, for programs that do not count it.
 * @property {boolean} [anywhere] Needs no namespace.
 * @property {boolean} [counted] What matters is how many arrive, not how fast.
 * @property {boolean} [memory] What matters is the memory it takes.
 * @property {Series[]} series
 */

/** @returns {(peer: string, label: string, n?: number, run?: string) => Series} */
const seriesOf =
  (id, count) =>
  (peer, label, n = count, run = id) => ({ peer, label, n, run });

/** @returns {Workload[]} */
function changes() {
  const w1 = seriesOf('w1', 1000);
  const w2 = seriesOf('w2', 1000);
  return [
    {
      id: 'w1',
      title: 'create veth pairs, one acknowledged request each',
      per: 'pair',
      unit: 'µs',
      series: [
        w1('c', 'C'),
        w1('c', 'C, packed by 100', 1000, 'w1-packed'),
        w1('rtnetlink', 'rtnetlink'),
        w1('rtnetlink', 'rtnetlink, 100 under way', 1000, 'w1-packed'),
        w1('rtnetlink', 'rtnetlink, one queue', 1000, 'w1-one-queue'),
        w1('rtnetlink', 'rtnetlink, cold', 1000, 'w1-cold'),
        w1('iproute2', 'ip -batch'),
        w1('execfile', 'execFile ip', 100),
        w1('npm', 'npm netlink'),
        w1('npm', 'npm netlink, cold', 1000, 'w1-cold'),
        w1('go', 'vishvananda'),
        w1('pyroute2', 'pyroute2'),
      ],
    },
    {
      id: 'w2',
      title: 'add one IPv4 address to each of 1,000 links',
      per: 'address',
      unit: 'µs',
      setup: ['links', '500'],
      series: [
        w2('c', 'C'),
        w2('c', 'C, packed by 100', 1000, 'w2-packed'),
        w2('rtnetlink', 'rtnetlink'),
        w2('rtnetlink', 'rtnetlink, 100 under way', 1000, 'w2-packed'),
        w2('rtnetlink', 'rtnetlink, cold', 1000, 'w2-cold'),
        w2('iproute2', 'ip -batch'),
        w2('execfile', 'execFile ip', 100),
        w2('npm', 'npm netlink'),
        w2('npm', 'npm netlink, cold', 1000, 'w2-cold'),
        w2('go', 'vishvananda'),
        w2('pyroute2', 'pyroute2'),
      ],
    },
  ];
}

/** @returns {Workload[]} */
function lists() {
  const w3 = seriesOf('w3', 20);
  const cold = seriesOf('w3-cold', 1);
  const memory = seriesOf('w3-memory', 1);
  const w4 = seriesOf('w4', 20);
  const links = { per: 'link', unit: /** @type {const} */ ('µs'), setup: ['links', '1000'], objects: 2001 };
  return [
    {
      ...links,
      id: 'w3',
      title: 'list 2,001 links',
      series: [
        w3('c', 'C, not decoded'),
        w3('c', 'C, decoded', 20, 'w3-decoded'),
        w3('rtnetlink', 'rtnetlink, with counters'),
        w3('rtnetlink', 'rtnetlink', 20, 'w3-brief'),
        w3('iproute2', 'ip -j -d -s', 1),
        w3('execfile', 'execFile ip, JSON.parse', 2),
        w3('npm', 'npm netlink', 5),
        w3('go', 'vishvananda', 5),
        w3('pyroute2', 'pyroute2', 1),
      ],
    },
    {
      ...links,
      id: 'w3-cold',
      title: 'list 2,001 links, the first thing a process does',
      series: [
        cold('c', 'C, not decoded'),
        cold('rtnetlink', 'rtnetlink'),
        cold('execfile', 'execFile ip, JSON.parse'),
        cold('npm', 'npm netlink'),
      ],
    },
    {
      ...links,
      id: 'w3-memory',
      title: 'memory that 2,001 listed links keep',
      memory: true,
      series: [memory('rtnetlink', 'rtnetlink'), memory('npm', 'npm netlink')],
    },
    {
      id: 'w4',
      title: 'list 2,000 addresses',
      per: 'address',
      unit: 'µs',
      setup: ['addresses', '1000'],
      objects: 2000,
      series: [
        w4('c', 'C, not decoded'),
        w4('c', 'C, decoded', 20, 'w4-decoded'),
        w4('rtnetlink', 'rtnetlink'),
        w4('iproute2', 'ip -j -d', 1),
        w4('execfile', 'execFile ip, JSON.parse', 2),
        w4('npm', 'npm netlink', 5),
        w4('go', 'vishvananda', 5),
        w4('pyroute2', 'pyroute2', 1),
      ],
    },
  ];
}

/** @returns {Workload} */
function roundTrip() {
  const w5 = seriesOf('w5', 5000);
  return {
    id: 'w5',
    title: 'get one link by its index',
    per: 'get',
    unit: 'µs',
    setup: ['links', '1'],
    series: [
      w5('c', 'C'),
      w5('rtnetlink', 'rtnetlink'),
      w5('execfile', 'execFile ip, JSON.parse', 50),
      w5('npm', 'npm netlink', 1000),
      w5('go', 'vishvananda', 2000),
      w5('pyroute2', 'pyroute2', 200),
    ],
  };
}

/** @returns {Workload[]} */
function events() {
  const setup = ['links', '1'];
  return ['address', 'link'].flatMap(what => {
    const drain = seriesOf(`w6-drain-${what}`, 1000);
    const live = seriesOf(`w6-live-${what}`, 5000);
    const small = seriesOf(`w6-live-default-${what}`, 5000);
    const all = series => [
      series('c', 'C'),
      series('rtnetlink', 'rtnetlink'),
      series('npm', 'npm netlink'),
      series('go', 'vishvananda'),
      series('pyroute2', 'pyroute2'),
    ];
    return [
      {
        id: `w6-drain-${what}`,
        title: `${what} events: take in 1,000 that wait in the socket`,
        per: 'event',
        unit: 'µs',
        setup,
        series: all(drain).filter(series => series.peer !== 'go'), // its subscription cannot be held back
      },
      {
        id: `w6-live-${what}`,
        title: `${what} events: how many of 5,000 arrive, 4 MiB receive buffer`,
        per: 'event',
        unit: 'µs',
        counted: true,
        setup,
        series: all(live),
      },
      {
        id: `w6-live-default-${what}`,
        title: `${what} events: how many of 5,000 arrive, receive buffer as each opens it`,
        per: 'event',
        unit: 'µs',
        counted: true,
        setup,
        series: all(small),
      },
    ];
  });
}

/** @returns {Workload[]} */
function codecs() {
  const of = (id, title, slow, extra = () => []) => {
    const series = seriesOf(id, 20_000);
    return {
      id,
      title,
      per: 'message',
      unit: /** @type {const} */ ('ns'),
      anywhere: true,
      series: [
        series('c', 'C', 100_000),
        ...(id === 'w7-encode-link' ? [series('c', 'C, names given, not made', 100_000, `${id}-given`)] : []),
        series('rtnetlink', 'rtnetlink'),
        ...extra(series),
        series('npm', 'npm netlink', 5000),
        ...(id === 'w7-decode-address' ? [] : [series('go', 'vishvananda', 10_000)]), // not exported there
        ...(id.includes('decode') ? [series('pyroute2', 'pyroute2', slow)] : []),
      ],
    };
  };
  const reachable = series => [series('rtnetlink', 'rtnetlink, heavy parts wait', 20_000, 'w7-decode-link-reachable')];
  return [
    of('w7-decode-link', "decode the kernel's veth RTM_NEWLINK", 200, reachable),
    of('w7-decode-address', "decode the kernel's RTM_NEWADDR", 2000),
    of('w7-encode-link', 'encode the request for a veth pair, its names made from a number', 0),
    of('w7-encode-address', 'encode the request for an address', 0),
  ];
}

/** @type {Workload} */
const importing = {
  id: 'import',
  title: 'import the library',
  per: 'import',
  unit: 'ms',
  anywhere: true,
  series: [{ peer: 'rtnetlink', run: 'import', label: 'rtnetlink', n: 1 }],
};

export const workloads = [...changes(), ...lists(), roundTrip(), ...events(), ...codecs(), importing];
