/** @module The loop of one service: core + store + engine + the package's code. */
export type * from './package.ts';
export { PackageError } from './package.ts';
