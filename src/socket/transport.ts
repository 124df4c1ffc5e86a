/** One datagram from a netlink socket. */
export interface Datagram {
  /** Its bytes: a view of a buffer that is not written again while anybody holds it. */
  readonly bytes: Uint8Array;
  /** Its length as sent. More than `bytes.length` if the buffer was too small; the rest is lost. */
  readonly length: number;
  /** Port of the sender; 0 is the kernel. */
  readonly sender: number;
  /** With `listenAllNamespaces`: id of the namespace it is about; undefined for the socket's own. */
  readonly nsid?: number | undefined;
}

/** Receiving failed: the errno, positive. ENOBUFS says that datagrams were lost. */
export interface ReceiveFailure {
  readonly errno: number;
}

/**
 * What the socket layer needs of a raw netlink socket. The kernel's is `KernelTransport`; the scripted kernel of
 * `rtnetlink/testing` is another, and any raw socket binding could be.
 */
export interface Transport {
  /** The port the kernel gave this socket. */
  readonly port: number;
  /** Bytes that its receive buffer holds, the kernel's bookkeeping included, if that is known. */
  readonly receiveBuffer?: number | undefined;
  /** What is the same for all sockets of one namespace, and for no others; undefined where there is none to be in. */
  readonly namespace?: unknown;
  /** Hands one datagram to the kernel. Throws SyscallError. */
  send(bytes: Uint8Array): void;
  /** The next datagram that is there, a failure, or undefined when there is nothing to receive. Never waits. */
  receive(): Datagram | ReceiveFailure | undefined;
  /** The bytes of the last datagram are not needed any more: its room may be used again. */
  release(): void;
  /** Make room for datagrams of `length` bytes. */
  grow(length: number): void;
  /**
   * Call `onReadable` whenever there is something to receive, from now on; again if something is left after it, as poll(2)
   * would, since long answers are taken in slices. It keeps no process alive unless held.
   */
  watch(onReadable: () => void): void;
  /** Stop watching; what arrives waits in the receive buffer. */
  unwatch(): void;
  /** While held (counted), the watcher keeps the process alive. */
  hold(): void;
  letGo(): void;
  /** Join a multicast group (RTNLGRP_*), or leave it. Throws SyscallError. */
  join(group: number): void;
  leave(group: number): void;
  /** Run `fn`, which must be synchronous, in the namespace of this socket; absent where there is none to be in. */
  inside?<T>(fn: () => T): T;
  /**
   * A descriptor of the namespace of this socket, which the caller closes; undefined where it cannot be told. For the
   * kernel it takes CAP_NET_ADMIN in that namespace.
   */
  openNamespace?(): number | undefined;
  /** ioctl(2) of this socket, about its namespace; absent where there is no kernel. Throws SyscallError. */
  ioctl?(request: number, argument: Uint8Array): void;
  /** Another socket in the namespace of this one. Throws SyscallError. */
  sibling(options?: TransportOptions): Transport;
  /** Frees the descriptor. Once is enough, more do no harm. */
  close(): void;
}

/** How a socket is to be opened. */
export interface TransportOptions {
  /** Bytes of the receive buffer; the kernel doubles it for its own bookkeeping. By default 1 MiB. */
  receiveBuffer?: number;
  /** Receive events of all namespaces that have an id in this one (NETLINK_LISTEN_ALL_NSID). */
  listenAllNamespaces?: boolean;
  /** What need not be received. It may come all the same. */
  ignore?: readonly Ignored[];
}

/** Messages of one type about one family. */
export interface Ignored {
  /** RTM_* */
  readonly type: number;
  /** The first byte of the message's header: AF_* */
  readonly family: number;
}
