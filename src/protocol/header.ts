import { u16, u32 } from './scalar.js';
import { struct } from './struct.js';

/** Bytes of `struct nlmsghdr`. */
export const NLMSG_HDRLEN = 16;

/** `struct nlmsghdr`, linux/netlink.h: begins every message. */
export const nlmsghdr = struct(
  'nlmsghdr',
  'nlmsg_',
  {
    /** Bytes of the message, this header included. */
    len: u32,
    /** Type of the message, RTM_* or NLMSG_*. */
    type: u16,
    /** NLM_F_*: what is asked, or what kind of answer it is. */
    flags: u16,
    /** What a reply repeats; 0 in the kernel's own notifications. */
    seq: u32,
    /** Port (`nl_pid`) of the sender; 0 is the kernel. */
    pid: u32,
  },
  { hot: true },
);

/** Is a request. */
export const NLM_F_REQUEST = 0x1;
/** One of several messages, ended by NLMSG_DONE. */
export const NLM_F_MULTI = 0x2;
/** Asks for an acknowledgement. */
export const NLM_F_ACK = 0x4;
/** Asks to be told what the request changed. */
export const NLM_F_ECHO = 0x8;
/** The dump is inconsistent: what it shows changed meanwhile. */
export const NLM_F_DUMP_INTR = 0x10;
/** The dump was filtered as asked. */
export const NLM_F_DUMP_FILTERED = 0x20;

/** With GET: the whole table. */
export const NLM_F_ROOT = 0x100;
/** With GET: all that match. */
export const NLM_F_MATCH = 0x200;
/** With GET: an atomic snapshot. */
export const NLM_F_ATOMIC = 0x400;
/** With GET: all of them, as several messages. */
export const NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH;

/** With NEW: replace what exists. */
export const NLM_F_REPLACE = 0x100;
/** With NEW: fail if it exists. */
export const NLM_F_EXCL = 0x200;
/** With NEW: create it if it does not exist. */
export const NLM_F_CREATE = 0x400;
/** With NEW: add at the end of the list. */
export const NLM_F_APPEND = 0x800;

/** With DEL: not recursively. */
export const NLM_F_NONREC = 0x100;
/** With DEL: all that match. */
export const NLM_F_BULK = 0x200;

/** In acknowledgements: the request is not repeated, only its header. */
export const NLM_F_CAPPED = 0x100;
/** In acknowledgements: extended attributes follow. */
export const NLM_F_ACK_TLVS = 0x200;

/** How the names of the flags depend on what kind of message carries them. */
export type FlagContext = 'get' | 'new' | 'delete' | 'ack' | 'plain';

const COMMON: readonly (readonly [number, string])[] = [
  [NLM_F_REQUEST, 'NLM_F_REQUEST'],
  [NLM_F_MULTI, 'NLM_F_MULTI'],
  [NLM_F_ACK, 'NLM_F_ACK'],
  [NLM_F_ECHO, 'NLM_F_ECHO'],
  [NLM_F_DUMP_INTR, 'NLM_F_DUMP_INTR'],
  [NLM_F_DUMP_FILTERED, 'NLM_F_DUMP_FILTERED'],
];
const BY_CONTEXT: Record<FlagContext, readonly (readonly [number, string])[]> = {
  get: [
    [NLM_F_ROOT, 'NLM_F_ROOT'],
    [NLM_F_MATCH, 'NLM_F_MATCH'],
    [NLM_F_ATOMIC, 'NLM_F_ATOMIC'],
  ],
  new: [
    [NLM_F_REPLACE, 'NLM_F_REPLACE'],
    [NLM_F_EXCL, 'NLM_F_EXCL'],
    [NLM_F_CREATE, 'NLM_F_CREATE'],
    [NLM_F_APPEND, 'NLM_F_APPEND'],
  ],
  delete: [
    [NLM_F_NONREC, 'NLM_F_NONREC'],
    [NLM_F_BULK, 'NLM_F_BULK'],
  ],
  ack: [
    [NLM_F_CAPPED, 'NLM_F_CAPPED'],
    [NLM_F_ACK_TLVS, 'NLM_F_ACK_TLVS'],
  ],
  plain: [],
};

/** The flags of a header in words: `NLM_F_REQUEST|NLM_F_ACK`. */
export function flagNames(type: number, flags: number): string {
  const names: string[] = [];
  let rest = flags;
  for (const [bit, name] of [...COMMON, ...BY_CONTEXT[flagContext(type)]]) {
    if ((rest & bit) === 0) continue;
    names.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.join('|') || '0';
}

/** rtnetlink numbers its messages in fours: NEW, DEL, GET, SET. */
function flagContext(type: number): FlagContext {
  if (type === 2 || type === 3) return 'ack';
  if (type < 16) return 'plain';
  return (['new', 'delete', 'get', 'new'] as const)[type & 3]!;
}
