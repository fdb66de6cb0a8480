/** @module Specs written in TypeScript. Apart from the rest, which needs no reader of YAML. */
export { defineService, SpecError } from '@warder/spec/build';
export type { DefineOptions, ServiceInput } from '@warder/spec/build';
