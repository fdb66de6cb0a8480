/**
 * @module The language of services: YAML and templates to a spec, options to values, and packages from their folders.
 * Text in, spec out; what is wrong comes back as problems with a place and a next step.
 */
export { formatSpecSchema, specSchema } from './language/service.ts';
export type { ReadTemplate } from './map/pod.ts';
export { parseJson } from './options/json.ts';
export type { Json } from './options/json.ts';
export { readOptionSchema } from './options/read-schema.ts';
export { mergeOptions, resolveOptions } from './options/resolve.ts';
export type { OptionSource } from './options/resolve.ts';
export type { OptionSchema, OptionType, Options } from './options/schema.ts';
export { parseSettings } from './options/setting.ts';
export { checkPackage } from './package/check.ts';
export type { CheckOptions } from './package/check.ts';
export { parseEnv } from './package/env.ts';
export type { Env } from './package/env.ts';
export { listPackages, loadPackage } from './package/load.ts';
export type { PackageFolder } from './package/package-folder.ts';
export { specOf } from './package/spec-of.ts';
export type { PackageSpec, SpecOfInput } from './package/spec-of.ts';
export { parseSpec } from './parse-spec.ts';
export type { SpecText } from './parse-spec.ts';
export { formatProblem, problemCodes } from './problem.ts';
export type { Place, Problem, ProblemCode, Problems } from './problem.ts';
export type { View } from './template/lookup.ts';
export { renderKnown, renderTemplate } from './template/render.ts';
