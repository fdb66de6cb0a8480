/** @module Specs written in TypeScript: the language of service.yml with its keys in camel case, checked by the compiler. */
export { defineService, SpecError } from './define-service.ts';
export type { DefineOptions } from './define-service.ts';
export type { ServiceInput } from '../language/service.ts';
