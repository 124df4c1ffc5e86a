export * from './address.js';
export * from './link.js';
export * from './link-af-spec.js';
export { linkKinds, slaveKinds } from './link-kinds/index.js';
export * from './link-stats.js';
export * from './link-values.js';
export { type KnownType, rtmName } from './registry.js';
export * from './scope.js';
export * from './types.js';
