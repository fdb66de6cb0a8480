/** @module Files that a package lets people write: YAML of a shape of its own, with every problem at its place. */
export { suggest } from './nearest.ts';
export { formatProblem } from './problem.ts';
export type { Problem } from './problem.ts';
export { object, optional, record, required } from './shape/collection.ts';
export { readText } from './shape/read-text.ts';
export type { ReadText } from './shape/read-text.ts';
export { text, wholeNumber } from './shape/scalar.ts';
