export type { DumpAnswer, ScriptedExtack } from './answer.js';
export type { Delivery, Expectation } from './expectation.js';
export type { Part, RequestPattern } from './pattern.js';
export type { ReceivedRequest } from './request.js';
export { ScriptError } from './script-error.js';
export { ScriptedKernel } from './scripted-kernel.js';
export type { ScriptedTransport } from './scripted-transport.js';
