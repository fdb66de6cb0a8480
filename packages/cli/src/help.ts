/** Help that needs no command to be loaded. */
import type { Context } from './command.ts';
import { isGroup, type Group, type Table } from './table.ts';

const summary = 'Warder runs stateful services, Apache Kafka first, and turns every operation on them into a plan.';

const examples: readonly (readonly [string, string])[] = [
  ['warder package install kafka', 'three brokers on this machine'],
  ['warder kafka plan show deploy', 'what was done, what waits and for what'],
  ['warder kafka pod restart broker-0', 'one broker, when it is safe'],
  ['warder package update kafka --set brokers.heap=1024 --dry-run', 'what a change would restart'],
  ['warder server status', ''],
];

/** `warder` without words. */
export function shortHelp(): string {
  return [
    summary,
    '',
    'Try:',
    ...rows(examples.map(([command, what]) => [command, what] as const)),
    '',
    'warder --help shows all commands.',
  ].join('\n');
}

export function rootHelp<C extends Context>(global: Table, service: Table<C>): string {
  return [
    summary,
    '',
    'Usage: warder <noun> <verb> [arguments] [options]',
    '       warder <service> <noun> <verb> [arguments] [options]',
    '',
    'Commands:',
    ...rows(tableRows(global)),
    '',
    'Of a service (warder kafka plan show deploy):',
    ...rows(tableRows(service)),
    '  and what its package adds: warder <service> --help',
    '',
    'Examples:',
    ...rows(examples),
    '',
    'Options:',
    ...rows([
      ['--home <folder>', 'where Warder keeps everything (default: $WARDER_HOME or ~/.warder)'],
      ['--json', 'for every command that reads: the answer of the API'],
      ['-h, --help', 'help of any command'],
      ['--version', 'the version'],
    ]),
    '',
    'Exit codes:',
    ...rows([
      ['0', 'done'],
      ['1', 'failed'],
      ['2', 'the command line is wrong'],
      ['3', 'not running, not found'],
      ['4', 'refused: a gate is closed, or it conflicts with what there is'],
      ['130', 'interrupted; what was started goes on'],
    ]),
  ].join('\n');
}

export function groupHelp<C extends Context>(name: string, group: Group<C>): string {
  const verbs = Object.entries(group.verbs).map(([verb, leaf]) => [`${name} ${verb}`, leaf.summary] as const);
  return [`${capital(group.summary)}.`, '', 'Commands:', ...rows(verbs), '', `${name} <verb> --help shows more.`].join(
    '\n',
  );
}

export type PackageHelp = readonly (readonly [words: string, summary: string])[];

export function serviceHelp<C extends Context>(service: string, table: Table<C>, own: PackageHelp): string {
  return [
    `Usage: warder ${service} <noun> <verb> [arguments] [options]`,
    '',
    'Commands:',
    ...rows(tableRows(table)),
    ...(own.length === 0 ? [] : ['', 'Of its package:', ...rows(own)]),
  ].join('\n');
}

function tableRows<C extends Context>(table: Table<C>): readonly (readonly [string, string])[] {
  return Object.entries(table).map(([name, entry]) => {
    const verbs = isGroup(entry) ? ` ${Object.keys(entry.verbs).join('|')}` : '';
    return [`${name}${verbs}`, entry.summary] as const;
  });
}

const widest = 42;

function rows(entries: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(widest, Math.max(...entries.map(([left]) => left.length)));
  return entries.flatMap(([left, right]) => {
    if (right === '') return [`  ${left}`];
    if (left.length <= width) return [`  ${left.padEnd(width)}  ${right}`];
    return [`  ${left}`, `  ${' '.repeat(width)}  ${right}`];
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
