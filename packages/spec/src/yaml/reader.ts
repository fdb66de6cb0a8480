import { parseDocument, isAlias } from 'yaml';
import type { Document, Node } from 'yaml';
import { pathKey, showPath } from '../path.ts';
import type { Path } from '../path.ts';
import type { Place, Problem, ProblemCode } from '../problem.ts';
import type { Source } from '../source.ts';

/** A place in a YAML document that holds a value, or should. */
export type Slot = {
  /** Null: nothing is written there. */
  readonly node: Node | null;
  /** Where a missing value should be: the offset of its key. */
  readonly offset: number;
  readonly path: Path;
};

/** Reads one YAML document: collects the problems, and remembers where every key and value is. */
export type Reader = {
  readonly root: Slot;
  readonly problems: readonly Problem[];
  /** What a person should know, though nothing is wrong. */
  readonly notices: readonly Problem[];
  /** False: the text is no YAML, and there is nothing to read. */
  readonly readable: boolean;
  /** The node itself, where it is an alias (`*name`) of another. */
  readonly resolve: (node: unknown) => Node | null;
  readonly plain: (node: Node | null) => unknown;
  readonly remember: (path: Path, keyOffset: number, valueOffset: number) => void;
  /** Something is written at this path, right or wrong. */
  readonly isThere: (path: Path) => boolean;
  readonly report: (offset: number, path: Path, problem: Report) => void;
  readonly notice: (offset: number, path: Path, problem: Report) => void;
  /** As `report`, at a place that was remembered. */
  readonly reportAt: (path: Path, part: 'key' | 'value', problem: Report) => void;
  readonly noticeAt: (path: Path, part: 'key' | 'value', problem: Report) => void;
  /** Problems of another file that this one names. */
  readonly add: (problems: readonly Problem[]) => void;
};

/** The message without the path, which is put before it. */
export type Report = { readonly code: ProblemCode; readonly message: string; readonly next: string };

/** `offsetOf` leads from an offset in the text to one in the source that people see. */
export const readYaml = (text: string, source: Source, offsetOf = (offset: number): number => offset): Reader => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  const places = new Map<string, { readonly key: number; readonly value: number }>();
  const where = (offset: number): Place => source.placeOf(offsetOf(offset));
  const problems: Problem[] = syntaxProblems(document, text, where);
  const notices: Problem[] = [];
  const addTo =
    (list: Problem[]) =>
    (offset: number, path: Path, problem: Report): void => {
      const shown = showPath(path);
      list.push({
        ...problem,
        message: shown === '' ? problem.message : `${shown}: ${problem.message}`,
        path: shown,
        where: where(offset),
      });
    };
  const placeOf = (path: Path, part: 'key' | 'value'): number => nearestPlace(places, path)?.[part] ?? 0;
  const report = addTo(problems);
  const notice = addTo(notices);
  return {
    root: { node: document.contents, offset: 0, path: [] },
    problems,
    notices,
    readable: !problems.some((problem) => problem.code === 'yaml-syntax'),
    resolve: (node) => resolve(document, node),
    plain: (node) => (node === null ? null : node.toJS(document)),
    remember: (path, key, value) => void places.set(pathKey(path), { key, value }),
    isThere: (path) => places.has(pathKey(path)),
    report,
    notice,
    reportAt: (path, part, problem) => report(placeOf(path, part), path, problem),
    noticeAt: (path, part, problem) => notice(placeOf(path, part), path, problem),
    add: (others) => void problems.push(...others),
  };
};

const resolve = (document: Document, node: unknown): Node | null => {
  if (isAlias(node)) return node.resolve(document) ?? null;
  // The parser puts only nodes and null there.
  return (node ?? null) as Node | null;
};

const nearestPlace = (
  places: ReadonlyMap<string, { readonly key: number; readonly value: number }>,
  path: Path,
): { readonly key: number; readonly value: number } | undefined => {
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(pathKey(path.slice(0, length)));
    if (place) return place;
  }
  return undefined;
};

const syntaxProblems = (document: Document.Parsed, text: string, where: (offset: number) => Place): Problem[] =>
  [...document.errors, ...document.warnings].map((error): Problem => {
    const [start] = error.pos;
    if (error.code === 'DUPLICATE_KEY') {
      const [key = ''] = /^(?:"[^"\n]*"|'[^'\n]*'|.*?(?=\s*:(?:\s|$)))/.exec(text.slice(start)) ?? [];
      return {
        code: 'duplicate-key',
        message: `the key \`${key}\` is there twice in the same map`,
        next: 'remove one of them, or give it another name',
        where: where(start),
      };
    }
    if (error.code === 'MULTIPLE_DOCS') {
      const message = 'a second document begins here (`---`)';
      return { code: 'yaml-syntax', message, next: 'keep one document in the file', where: where(start) };
    }
    return {
      code: 'yaml-syntax',
      message: `this is not YAML: ${lowerFirst(error.message)}`,
      next: 'check indentation, quotes and braces around this place',
      where: where(start),
    };
  });

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
