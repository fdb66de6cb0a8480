/** @module Files that a package lets people write. Apart from the rest: it brings the reader of YAML with it. */
export {
  formatProblem,
  object,
  optional,
  readText,
  record,
  required,
  suggest,
  text,
  wholeNumber,
} from '@warder/spec/file';
export type { Problem, ReadText } from '@warder/spec/file';
