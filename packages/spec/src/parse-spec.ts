import type { ServiceSpec } from '@warder/core';
import { checkNames } from './check/name.ts';
import { checkPlans } from './check/plan.ts';
import { checkPods } from './check/pod.ts';
import { checkPorts } from './check/port.ts';
import { checkResources } from './check/resource.ts';
import { checkTemplates } from './check/template.ts';
import { service } from './language/service.ts';
import type { LooseService, StrictService } from './language/service.ts';
import type { ReadTemplate } from './map/pod.ts';
import { serviceSpec } from './map/service.ts';
import { sortProblems } from './problem.ts';
import type { Problem, Problems } from './problem.ts';
import { sourceOf } from './source.ts';
import type { View } from './template/lookup.ts';
import { render } from './template/render.ts';
import { readYaml } from './yaml/reader.ts';
import type { Reader } from './yaml/reader.ts';

export type SpecText = {
  /** YAML with mustache tags, in the language of dcos-commons. */
  readonly text: string;
  /** The name of the file, for problems. */
  readonly file: string;
  /** The values of the tags. */
  readonly view: View;
  /** The text of a template that a config names; undefined if there is none. */
  readonly readTemplate: ReadTemplate;
};

/** A spec, and what the person who wrote it should know though nothing is wrong. */
export type ParsedSpec = { readonly spec: ServiceSpec; readonly notices: readonly Problem[] };

/**
 * Text to spec: fill in the tags, read the YAML, check every value and then how they fit together. Tells all problems
 * of the file at once, each at its place in the text as it was written.
 * @example
 * const result = parseSpec({ text, file: 'service.yml', view: { count: 3 }, readTemplate: () => undefined })
 * if ('problems' in result) console.error(result.problems.map(formatProblem).join('\n'))
 */
export const parseSpec = ({ text, file, view, readTemplate }: SpecText): ParsedSpec | Problems => {
  const source = sourceOf(text, file);
  const rendered = render(source, view);
  if (!('text' in rendered)) return { problems: sortProblems(rendered.problems) };
  const reader = readYaml(rendered.text, source, rendered.sourceOffset);
  const read = reader.readable ? service.read(reader.root, reader) : undefined;
  if (rendered.problems.length > 0) {
    // What is missing in the text makes other problems on its lines, and references that lead nowhere.
    return { problems: sortProblems([...rendered.problems, ...outside(rendered.problems, reader.problems)]) };
  }
  return finished(read, reader, readTemplate);
};

/** As `parseSpec`, of a text that has no tags. */
export const parsePlainSpec = (text: string, file: string, readTemplate: ReadTemplate): ParsedSpec | Problems => {
  const reader = readYaml(text, sourceOf(text, file));
  return finished(reader.readable ? service.read(reader.root, reader) : undefined, reader, readTemplate);
};

const finished = (
  read: LooseService | undefined,
  reader: Reader,
  readTemplate: ReadTemplate,
): ParsedSpec | Problems => {
  if (read) checkTogether(read, reader, readTemplate);
  if (read && reader.problems.length === 0) {
    // Without problems nothing is left out of what was read.
    const spec = serviceSpec(read as unknown as StrictService, readTemplate);
    return { spec, notices: sortProblems(reader.notices) };
  }
  return { problems: sortProblems(reader.problems) };
};

const outside = (found: readonly Problem[], others: readonly Problem[]): readonly Problem[] => {
  const lines = new Set(found.map((problem) => problem.where?.line));
  return others.filter((problem) => problem.code !== 'yaml-syntax' && !lines.has(problem.where?.line));
};

const checkTogether = (read: LooseService, reader: Reader, readTemplate: ReadTemplate): void => {
  checkNames(read, reader);
  checkResources(read, reader);
  checkPorts(read, reader);
  checkPods(read, reader);
  checkPlans(read, reader);
  checkTemplates(read, reader, readTemplate);
};
