// npm run soak:monitor -- [EVENTS]: a monitor and a store follow a million changes (or EVENTS) of links, addresses,
// neighbours and routes that another process makes at full speed. Prints the memory held after each tenth; ends with 1
// if it grew from the second tenth to the last, or if the pictures are not what a fresh list says.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NAMESPACES = ['unshare', '--map-root-user', '--net', '--mount'];
const self = fileURLToPath(import.meta.url);
const [role, argument] = process.argv.slice(2);
const GROUPS = ['link', 'address', 'neighbour', 'rule', 'route'];
/** MiB that may come and go: what has not been collected yet, and the allocator's. */
const SLACK = 24;

if (role === 'follow') await follow(Number(argument));
else if (role === 'change') change();
else {
  const node = [process.execPath, '--expose-gc', self, 'follow', role ?? '1000000'];
  const child = spawn(NAMESPACES[0], [...NAMESPACES.slice(1), ...node], { stdio: 'inherit' });
  child.on('exit', status => process.exit(status ?? 1));
}

/** `ip -batch` reads without end. */
function change() {
  const ip = spawn('ip', ['-force', '-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  ip.stdin.on('error', () => process.exit());
  process.on('disconnect', () => process.exit());
  const write = from => {
    let i = from;
    const goOn = () => {
      const lines = [];
      for (const end = i + 100; i < end; i++) lines.push(...commands(i));
      return ip.stdin.write(`${lines.join('\n')}\n`);
    };
    while (goOn());
    ip.stdin.once('drain', () => write(i));
  };
  write(0);
}

function commands(i) {
  const n = i % 250;
  const round = Math.floor(i / 250);
  const verb = round % 2 === 0 ? 'add' : 'del';
  return [
    `link set v1 alias a${i}`,
    `link set v1 mtu ${1400 + (i % 100)}`,
    `address ${verb} 10.1.0.${n}/32 dev v1`,
    `route ${verb} 10.2.${n}.0/24 dev v1`,
    `neighbour replace 10.0.0.${2 + (i % 200)} lladdr 02:00:00:00:00:${10 + (i % 90)} dev v1 nud permanent`,
    `route replace fd10:${n}::/64 via fd00::${2 + (i % 9)} dev v1`,
    ...(i % 500 === 0 ? ['link add t1 type veth peer name t2'] : i % 500 === 250 ? ['link del t1'] : []),
  ];
}

async function follow(wanted) {
  const { open } = await import('../dist/index.js');
  const ip = open();
  await ip.link.add({ name: 'v1', kind: 'veth', peer: { name: 'w1' } });
  for (const name of ['lo', 'v1', 'w1']) await ip.link.set(name, { up: true });
  await ip.address.add('v1', '10.0.0.1/24');
  await ip.address.add('v1', 'fd00::1/64', { flags: ['nodad'] });
  const store = ip.watch(GROUPS);
  await store.ready;
  const monitor = ip.monitor(GROUPS);
  const child = spawn(process.execPath, [self, 'change'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  const held = [];
  let [events, resyncs, changes] = [0, 0, 0];
  store.on('change', () => changes++);
  const started = performance.now();
  for await (const event of monitor) {
    if (event.type === 'resync') resyncs += event.phase === 'begin' ? 1 : 0;
    else if (event.type !== 'synced') events++;
    if (events === Math.floor(((held.length + 1) * wanted) / 10)) {
      held.push(measure());
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const [{ rss, heap, buffers }] = held.slice(-1);
      console.log(
        `${events} events (${changes} in the store, ${resyncs} losses) after ${seconds} s: ` +
          `${rss} MiB resident, ${heap} MiB heap, ${buffers} MiB in buffers`,
      );
      if (held.length === 10) break;
    }
  }
  child.disconnect();
  await new Promise(resolve => child.on('exit', resolve));
  const grew = ['rss', 'heap', 'buffers'].filter(key => held.at(-1)[key] > held[1][key] + SLACK);
  const wrong = await differences(ip, store);
  if (grew.length > 0) console.error(`grew: ${grew.join(', ')}`);
  if (wrong.length > 0) console.error(`not what is there: ${wrong.join(', ')}`);
  ip.close();
  process.exitCode = grew.length + wrong.length > 0 ? 1 : 0;
}

function measure() {
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const mib = bytes => Math.round(bytes / (1 << 20));
  return { rss: mib(rss), heap: mib(heapUsed), buffers: mib(arrayBuffers) };
}

/** What of the store differs from a fresh list when all is quiet. */
async function differences(ip, store) {
  // The kernel does not tell of those that need no address resolution.
  const told = each => each.state !== 'noarp';
  const lists = {
    links: [() => ip.link.list(), link => `${link.index} ${link.name} ${link.mtu} ${link.alias}`],
    addresses: [() => ip.address.list(), address => `${address.index} ${address.cidr}`],
    neighbours: [() => ip.neighbour.list(), each => `${each.address} ${each.lladdr}`],
    routes: [
      () => ip.route.list({ table: 'all' }),
      each => `${each.destination} ${each.gateway} ${each.table} ${each.index}`,
    ],
  };
  let wrong = [];
  for (let attempt = 0; attempt < 50; attempt++) {
    wrong = [];
    for (const [name, [list, text]] of Object.entries(lists)) {
      const there = (await list()).filter(told).map(text).sort().join('\n');
      if ([...store[name]].filter(told).map(text).sort().join('\n') !== there) wrong.push(name);
    }
    if (wrong.length === 0) break;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  return wrong;
}
