// What topology() finds in whichever namespaces this process is in.
import { topology } from '../../../dist/index.js';

console.log(JSON.stringify(await topology()));
