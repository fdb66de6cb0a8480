/** The config files of a task, filled in before it starts. */
import type { TaskSpec } from '@warder/core';
import type { EngineSecret, EngineTask } from '@warder/engine';
import { renderKnown, renderTemplate } from '@warder/spec';
import type { OpenFile } from './bootstrap.ts';

export type ConfigFiles = {
  readonly files: EngineTask['files'];
  /** What a template has taken from a secret makes its file a secret too: it is kept off the disk. */
  readonly secretFiles: readonly EngineSecret[];
  /** Those with variables that only the task has. */
  readonly open: readonly OpenFile[];
};

export type Around = {
  /** The name of the task, for problems. */
  readonly task: string;
  readonly view: Readonly<Record<string, unknown>>;
  readonly secrets: readonly EngineSecret[];
  /** A variable without a value is left for the task, which fills it in; else it is a problem. */
  readonly leaveOpen: boolean;
};

type Render = (
  ...args: Parameters<typeof renderKnown>
) =>
  | Exclude<ReturnType<typeof renderTemplate>, { text: string }>
  | { readonly text: string; readonly left?: readonly string[] };

/** Throws with every problem when one cannot be rendered. */
export function configFilesOf(spec: TaskSpec, { task, view, secrets, leaveOpen }: Around): ConfigFiles {
  const variables = secrets.flatMap(({ envKey, value }) => (envKey === undefined ? [] : [{ envKey, value }]));
  const seen = Object.fromEntries(variables.map(({ envKey, value }) => [envKey, Buffer.from(value).toString()]));
  const blank = Object.fromEntries(variables.map(({ envKey }) => [envKey, '']));
  const problems: string[] = [];
  const rendered = spec.configs.flatMap(({ name, dest, template }) => {
    const render: Render = leaveOpen ? renderKnown : renderTemplate;
    const renderWith = (more: object) => render(template, { ...view, ...more }, `${task}:${name}`);
    const whole = renderWith(seen);
    if ('text' in whole) {
      const without = variables.length === 0 ? whole : renderWith(blank);
      const isSecret = !('text' in without) || without.text !== whole.text;
      return [{ path: dest, content: whole.text, left: whole.left ?? [], isSecret }];
    }
    problems.push(...whole.problems.map(({ message, where }) => `${name}:${where?.line}:${where?.column}: ${message}`));
    return [];
  });
  if (problems.length > 0) throw new Error(`config files cannot be written: ${problems.join('; ')}`);
  return {
    files: rendered.flatMap(({ path, content, isSecret }) => (isSecret ? [] : [{ path, content, mode: 0o640 }])),
    secretFiles: rendered.flatMap(({ path, content, isSecret }) =>
      isSecret ? [{ file: path, value: Buffer.from(content) }] : [],
    ),
    open: rendered.flatMap(({ path, left }) => (left.length === 0 ? [] : [{ path, names: left }])),
  };
}
