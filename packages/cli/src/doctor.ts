/** What this machine has; for what it lacks, the effect and the command that mends it. */
import { cpus, release, totalmem, type } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { probeHost, type Host } from '@warder/engine-local';
import { jsonOption, type Command } from './command.ts';
import { exitCodes } from './exit.ts';
import { printJson } from './output/json.ts';
import type { Paint } from './output/terminal.ts';
import { byteSize } from './output/time.ts';

export const doctor: Command = {
  options: [jsonOption],
  details: 'Needs no server. The exit code is 1 when something is missing.',
  run: async (input, { out }) => {
    const host = await probeHost();
    if (input.json) printJson(out, host);
    else for (const line of hostLines(host, out.paint)) out.line(line);
    return host.problems.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

export function hostLines(host: Host, paint: Paint): readonly string[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['machine', `${type()} ${release()}, ${cpus().length} CPUs, ${byteSize(totalmem())}`],
    ['node', process.versions.node],
    ['root', host.root ? 'yes' : undefined],
    ['cgroups', host.cgroups === 'none' ? undefined : host.cgroups],
    ['runtime', host.runtime === undefined ? undefined : `${host.runtime.kind} ${host.runtime.version}`],
    ['init', host.init],
    ['ip', host.ip],
    ['nft', host.nft],
    ['java', host.java],
    ['mvn', host.mvn === undefined ? undefined : stripVTControlCharacters(host.mvn)],
    ['open files', String(host.nofileHard)],
  ];
  const jailed = host.problems.every(({ severity }) => severity !== 'isolation') && host.runtime !== undefined;
  return [
    ...facts.map(([name, value]) => `${name.padEnd(10)}  ${value ?? paint('dim', 'none')}`),
    `${'tasks are'.padEnd(10)}  ${jailed ? paint('green', 'jailed') : paint('yellow', 'plain processes, not jailed')}`,
    '',
    ...(host.problems.length === 0
      ? ['Nothing is missing.']
      : host.problems.flatMap((each) => problemLines(each, paint))),
  ];
}

function problemLines({ code, message, next }: Host['problems'][number], paint: Paint): readonly string[] {
  return [`${paint('yellow', 'problem:')} ${message} (${code})`, `  next: ${next}`];
}
