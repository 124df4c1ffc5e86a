export { current, exists, identify, list, open, pids } from './find.js';
export { attach, create, remove as delete } from './named.js';
