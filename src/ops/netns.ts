import { createNamespace, currentNamespace, type Namespace } from '../socket/namespace.js';

/** A new network namespace without a name, held by a descriptor. Takes CAP_SYS_ADMIN; `unshare -rn` gives it. */
export function create(): Namespace {
  return createNamespace();
}

/** The namespace that the calling thread is in. */
export function current(): Namespace {
  return currentNamespace();
}
