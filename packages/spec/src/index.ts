/**
 * @module The language of services: YAML and templates to a spec, options to values, and packages from their folders.
 * Text in, spec out; what is wrong comes back as problems with a place and a next step.
 */
export { specSchema } from './language/service.ts';
export type { ReadTemplate } from './map/pod.ts';
export { parseSpec } from './parse-spec.ts';
export type { SpecText } from './parse-spec.ts';
export { formatProblem, problemCodes } from './problem.ts';
export type { Place, Problem, ProblemCode, Problems } from './problem.ts';
export type { View } from './template/lookup.ts';
export { renderTemplate } from './template/render.ts';
