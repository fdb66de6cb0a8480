/** @module The process that hosts schedulers and the API. */
export { ServerError } from './error.ts';
export { startServer } from './start.ts';
export type { Server, ServerOptions } from './start.ts';
