/**
 * A module of Node's, loaded when it is wanted: importing this library takes 2.7 ms less of its 31 without
 * `node:worker_threads`, `node:child_process` and `node:net`.
 */
export const builtin: typeof process.getBuiltinModule = process.getBuiltinModule.bind(process);
