/** @module A whole spec in TypeScript, apart from the rest: it brings the reader of the language with it. */
export { defineService, SpecError } from '@warder/spec/build';
export type { DefineOptions, ServiceInput } from '@warder/spec/build';
