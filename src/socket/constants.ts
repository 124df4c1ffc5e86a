import { ERRNO } from './errno.js';

/** Address family, linux/socket.h. */
export const AF_NETLINK = 16;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;
/** Flag of dup3(2), asm-generic/fcntl.h. */
export const O_CLOEXEC = 0o2000000;

/** Netlink protocols, linux/netlink.h. */
export const NETLINK_ROUTE = 0;

/** Socket option levels. */
export const SOL_SOCKET = 1;
export const SOL_NETLINK = 270;

/** Options of SOL_SOCKET, asm-generic/socket.h. */
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_ATTACH_FILTER = 26;
export const SO_RCVBUFFORCE = 33;

/** Options of SOL_NETLINK, linux/netlink.h. */
export const NETLINK_ADD_MEMBERSHIP = 1;
export const NETLINK_DROP_MEMBERSHIP = 2;
export const NETLINK_LISTEN_ALL_NSID = 8;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

/** ioctl(2) of any socket: a descriptor of its network namespace, linux/sockios.h. */
export const SIOCGSKNS = 0x894c;

/** ioctl(2) of any socket: a command of ethtool's for a link of its namespace, linux/sockios.h. */
export const SIOCETHTOOL = 0x8946;

/** Network namespaces: the flag of unshare(2) and setns(2), linux/sched.h. */
export const CLONE_NEWNET = 0x40000000;
/** ioctl(2) of a namespace file: its kind, as a CLONE_NEW* flag, linux/nsfs.h. */
export const NS_GET_NSTYPE = 0xb703;
/** What statfs(2) calls the file system of namespace files, linux/magic.h. */
export const NSFS_MAGIC = 0x6e736673;

/** Flags of mount(2) and umount2(2), linux/mount.h and linux/fs.h. */
export const MS_BIND = 1 << 12;
export const MS_REC = 1 << 14;
export const MS_SHARED = 1 << 20;
export const MNT_DETACH = 2;
export const UMOUNT_NOFOLLOW = 8;

/** Operation of flock(2): exclusive, released when the descriptor is closed. */
export const LOCK_EX = 2;

/** Flags of recvmsg(2). */
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;

export const EINTR = ERRNO.EINTR[0];
export const EAGAIN = ERRNO.EAGAIN[0];
export const EMSGSIZE = ERRNO.EMSGSIZE[0];
export const ENOBUFS = ERRNO.ENOBUFS[0];
export const ENOMEM = ERRNO.ENOMEM[0];
export const ESRCH = ERRNO.ESRCH[0];
export const EBADF = ERRNO.EBADF[0];
export const EINVAL = ERRNO.EINVAL[0];
