import { explain } from '../protocol/explain.js';
import { parseHex } from '../protocol/hex.js';
import { ERRNO, type ErrnoName, errnoName } from '../socket/errno.js';
import { ScriptError } from './script-error.js';

/** Something that happened on a socket. Sockets are numbered from 1 in the order in which they were opened. */
export type Recorded =
  | { readonly socket: number; readonly what: 'open'; readonly port: number }
  | { readonly socket: number; readonly what: 'send'; readonly bytes: Uint8Array }
  | {
      readonly socket: number;
      readonly what: 'receive';
      readonly bytes: Uint8Array;
      /** Port of the sender; 0 is the kernel. */
      readonly sender: number;
      /** As sent: more than there are bytes if it was truncated. */
      readonly length: number;
      readonly nsid?: number | undefined;
    }
  | { readonly socket: number; readonly what: 'fail'; readonly errno: number }
  | { readonly socket: number; readonly what: 'join' | 'leave'; readonly group: number };

/**
 * An exchange as text, for a fixture: a line for each thing that happened, under it its bytes in hexadecimal with what
 * they mean. The comments are not read back.
 */
export function formatExchange(exchange: readonly Recorded[], comment = ''): string {
  const head = comment === '' ? [] : comment.split('\n').map(line => `# ${line}`.trimEnd());
  const lines = exchange.flatMap(each => {
    const bytes = 'bytes' in each ? explain(each.bytes, { bytes: true }).split('\n') : [];
    return ['', `${each.what} ${detailsOf(each)}`, ...bytes.map(line => `  ${line}`)];
  });
  return `${[...head, ...lines].join('\n').trimStart()}\n`;
}

function detailsOf(each: Recorded): string {
  const words: (string | number)[] = ['socket', each.socket];
  if (each.what === 'open') words.push('port', each.port);
  if (each.what === 'fail') words.push('errno', errnoName(each.errno));
  if (each.what === 'join' || each.what === 'leave') words.push('group', each.group);
  if (each.what === 'receive') {
    if (each.sender !== 0) words.push('sender', each.sender);
    if (each.length !== each.bytes.length) words.push('length', each.length);
    if (each.nsid !== undefined) words.push('nsid', each.nsid);
  }
  return words.join(' ');
}

const HEAD = /^(open|send|receive|fail|join|leave)((?: [a-z]+ \S+)*)$/;

/** Reads what `formatExchange` wrote. Throws ScriptError for what is no such text. */
export function parseExchange(text: string): Recorded[] {
  const out: Recorded[] = [];
  let head: [what: Recorded['what'], details: Map<string, string>] | undefined;
  let hex: string[] = [];
  const finish = (): void => {
    if (head !== undefined) out.push(recorded(...head, parseHex(hex.join('\n'))));
    hex = [];
  };
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = HEAD.exec(line);
    if (match !== null) {
      finish();
      const words = match[2]!.trim().split(' ');
      head = [
        match[1] as Recorded['what'],
        new Map(words.flatMap((word, j) => (j % 2 ? [] : [[word, words[j + 1]!]]))),
      ];
    } else if (head !== undefined && /^\s/.test(line)) hex.push(line);
    else throw new ScriptError(`line ${i + 1} of the exchange: expected what happened or bytes, got ${line}`);
  }
  finish();
  return out;
}

function recorded(what: Recorded['what'], details: Map<string, string>, bytes: Uint8Array): Recorded {
  const number = (name: string, otherwise?: number): number => {
    const given = details.get(name);
    const value = given === undefined ? otherwise : Number(given);
    if (value !== undefined && Number.isInteger(value)) return value;
    throw new ScriptError(`${what}: expected a number behind "${name}", got ${given}`);
  };
  const socket = number('socket');
  if (what === 'open') return { socket, what, port: number('port') };
  if (what === 'send') return { socket, what, bytes };
  if (what === 'join' || what === 'leave') return { socket, what, group: number('group') };
  if (what === 'fail') return { socket, what, errno: errnoOf(details.get('errno')) };
  const nsid = details.has('nsid') ? number('nsid') : undefined;
  return { socket, what, bytes, sender: number('sender', 0), length: number('length', bytes.length), nsid };
}

function errnoOf(name: string | undefined): number {
  const number = ERRNO[name as ErrnoName]?.[0] ?? Number(name?.slice(1));
  if (Number.isInteger(number)) return number;
  throw new ScriptError(`fail: expected the name of an error, got ${name}`);
}
