import type { Problems } from '../problem.ts';

/** The files of a folder that could be the spec, by their names (`svc.yml`). */
export type SpecFiles = ReadonlyMap<string, { readonly text: string; readonly file: string }>;

/** The one that is asked for, else the one that the command of the scheduler names, else svc.yml. */
export const chooseSpec = (
  specs: SpecFiles,
  wanted: string | undefined,
  cmd: string,
): { readonly text: string; readonly file: string } | Problems => {
  const named = wanted === undefined ? namedIn(cmd) : [wanted];
  if (named.length > 1) {
    const message = `the command names several specs: ${named.join(', ')}`;
    const next = 'install each by itself, as a service of its own: --set warder.spec=<file>';
    return { problems: [{ code: 'conflict', message, next, path: 'warder.spec' }] };
  }
  const chosen = specs.get(named[0] ?? 'svc.yml');
  if (chosen) return chosen;
  const next = `write one, or name another: --set warder.spec=<file> (${[...specs.keys()].join(', ') || 'there is none'})`;
  const message = `there is no spec \`${named[0] ?? 'svc.yml'}\` in the folder`;
  return { problems: [{ code: 'package-missing', message, next, path: 'warder.spec' }] };
};

/** The last command of the line starts the scheduler; its arguments are specs, with or without their ending. */
const namedIn = (cmd: string): readonly string[] => {
  const [, ...args] = (cmd.split(/&&|;|\|/).at(-1) ?? '').trim().split(/[\s,]+/);
  const names = args.filter((word) => word !== '' && !word.startsWith('-'));
  return names
    .map((word) => word.slice(word.lastIndexOf('/') + 1))
    .map((name) => (/\.ya?ml$/.test(name) ? name : `${name}.yml`));
};
