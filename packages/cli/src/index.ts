/** @module The command line `warder`: every command is a request to the REST API, except those that begin a server. */
export { runCli } from './cli.ts';
export type { World } from './cli.ts';
