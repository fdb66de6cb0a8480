/** `agents.yml` of a home: what agents this machine has, and what each of them is. */
import { readFileSync } from 'node:fs';
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { EngineError, isCode } from '../error.ts';
import { diskProblem } from './disk.ts';
import { nameOf } from './agents.ts';
import type { AgentOptions, DiskOptions } from './agents.ts';

/** Undefined: there is no such file. Throws `engine-agents-file` with everything that is wrong, each with its place. */
export const readDeclaration = (path: string): readonly AgentOptions[] | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const { agents, problems } = parseDeclaration(text);
  if (problems.length === 0) return agents;
  const lines = problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  throw new EngineError('engine-agents-file', lines.join('\n'), 'correct the file: docs/agents.md says what is in it');
};

type Problem = { readonly line: number; readonly column: number; readonly message: string };

export const parseDeclaration = (
  text: string,
): { readonly agents: readonly AgentOptions[]; readonly problems: readonly Problem[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    problems.push({ line, column: col, message });
  };
  for (const error of document.errors) report(error.pos[0], error.message);
  if (problems.length > 0) return { agents: [], problems };
  const read = new Reader(report);
  const list = read.map(document.contents, 'the file', ['agents'])?.get('agents');
  if (list === undefined && problems.length === 0) report(0, 'agents: a list of them is missing');
  const agents = list === undefined ? [] : read.list(list, 'agents').map((node, at) => agentOf(read, node, at));
  if (agents.length === 0 && problems.length === 0) read.report(list, 'agents: at least one is needed');
  return { agents, problems };
};

const agentOf = (read: Reader, node: Node, at: number): AgentOptions => {
  const keys = read.map(node, 'an agent', ['name', 'attributes', 'role', 'cpus', 'memory', 'disk', 'gpus', 'disks']);
  if (keys === undefined) return {};
  const name = read.text(
    keys,
    'name',
    /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    'small letters, digits, dots and dashes',
  );
  const role = read.text(keys, 'role', /^[^\s/*][^\s/]*$/, 'a word');
  const attributes = keys.get('attributes');
  const disks = keys.get('disks');
  if (name !== undefined || !keys.has('name')) read.once(keys.get('name') ?? node, name ?? nameOf(at));
  return {
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(attributes !== undefined && { attributes: read.texts(attributes, 'attributes') }),
    ...read.number(keys, 'cpus', 'cpus', 'amount'),
    ...read.number(keys, 'memory', 'memoryMiB', 'whole'),
    ...read.number(keys, 'disk', 'diskMiB', 'whole'),
    ...read.number(keys, 'gpus', 'gpus', 'count'),
    ...(disks !== undefined && { disks: read.list(disks, 'disks').flatMap((each) => diskOf(read, each)) }),
  };
};

const diskOf = (read: Reader, node: Node): readonly DiskOptions[] => {
  const keys = read.map(node, 'a disk', ['path', 'size', 'profile']);
  if (keys === undefined) return [];
  const path = read.text(keys, 'path', /^\//, 'an absolute path');
  const profile = read.text(keys, 'profile', /^[A-Za-z0-9_.-]{1,128}$/, 'letters, digits, _, . and -');
  const size = read.number(keys, 'size', 'sizeMiB', 'whole');
  if (!keys.has('path')) read.report(node, 'a disk needs a path');
  if (path === undefined) return [];
  const problem = diskProblem(path);
  if (problem !== undefined) read.report(keys.get('path'), `${path} cannot be a disk: ${problem}`);
  read.once(keys.get('path'), path);
  return [{ path, ...size, ...(profile !== undefined && { profile }) }];
};

const numberKinds = {
  amount: { words: 'a number above 0', matches: (value: number) => value > 0 && Number.isFinite(value) },
  whole: { words: 'a whole number above 0', matches: (value: number) => value > 0 && Number.isSafeInteger(value) },
  count: { words: 'a whole number', matches: (value: number) => value >= 0 && Number.isSafeInteger(value) },
};

type NumberKind = keyof typeof numberKinds;

type Keys = ReadonlyMap<string, Node>;

/** Takes values of the kind that is wanted out of the document, and reports the others. */
class Reader {
  readonly #report: (offset: number, message: string) => void;
  readonly #seen = new Set<string>();

  constructor(report: (offset: number, message: string) => void) {
    this.#report = report;
  }

  report(node: Node | null | undefined, message: string): void {
    this.#report(node?.range?.[0] ?? 0, message);
  }

  /** Names of agents and folders of disks are each there once. */
  once(node: Node | undefined, value: string): void {
    if (this.#seen.has(value)) this.report(node, `"${value}" is there twice`);
    this.#seen.add(value);
  }

  map(node: Node | null, what: string, known: readonly string[]): Keys | undefined {
    if (!isMap<Node, Node>(node)) {
      this.report(node, `${what} is a map with the keys ${known.join(', ')}`);
      return undefined;
    }
    const keys = new Map<string, Node>();
    for (const { key, value } of node.items) {
      const name = String(key);
      if (!known.includes(name)) this.report(key, `unknown key "${name}"; there are ${known.join(', ')}`);
      else if (value === null) this.report(key, `${name} has no value`);
      else keys.set(name, value);
    }
    return keys;
  }

  list(node: Node | null, what: string): readonly Node[] {
    if (isSeq<Node>(node)) return node.items;
    this.report(node, `${what} is a list`);
    return [];
  }

  text(keys: Keys, name: string, pattern: RegExp, words: string): string | undefined {
    const node = keys.get(name);
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'string' && pattern.test(node.value)) return node.value;
    this.report(node, `${name} is ${words}`);
    return undefined;
  }

  number<Key extends string>(keys: Keys, name: string, as: Key, kind: NumberKind): { readonly [K in Key]?: number } {
    const node = keys.get(name);
    if (node === undefined) return {};
    const value = isScalar(node) ? node.value : undefined;
    const { words, matches } = numberKinds[kind];
    if (typeof value === 'number' && matches(value)) return { [as]: value } as { readonly [K in Key]?: number };
    this.report(node, `${name} is ${words}`);
    return {};
  }

  /** Values may look like numbers: attributes are text. */
  texts(node: Node, what: string): Readonly<Record<string, string>> {
    if (!isMap<Node, Node>(node)) {
      this.report(node, `${what} is a map of names to values`);
      return {};
    }
    return Object.fromEntries(
      node.items.flatMap(({ key, value }) => {
        if (isScalar(value) && ['string', 'number', 'boolean'].includes(typeof value.value))
          return [[String(key), String(value.value)]];
        this.report(key, `${what}: "${String(key)}" needs one value`);
        return [];
      }),
    );
  }
}
