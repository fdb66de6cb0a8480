/** Installing what is missing, through apt-get. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../command.ts';
import { CliError } from '../exit.ts';
import { confirm } from './confirm.ts';
import { findProgram, missingOf, type Requirement } from './requirement.ts';

/** The packages to install: for each requirement the first that this system's lists have. */
async function aptPackages(wanted: readonly Requirement[]): Promise<readonly string[]> {
  const chosen = await Promise.all(
    wanted.map(async ({ apt }) => {
      const known = await Promise.all(apt.map((name) => succeeds('apt-cache', ['show', name])));
      return apt.find((_, index) => known[index] === true) ?? apt[0] ?? '';
    }),
  );
  return [...new Set(chosen.filter((name) => name !== ''))];
}

/** What a person types when Warder does not do it. */
export function aptCommand(packages: readonly string[], isRoot: boolean): string {
  return `${isRoot ? '' : 'sudo '}apt-get install -y ${packages.join(' ')}`;
}

export type Needs = {
  /** Without these there is no point in going on. */
  readonly needed: readonly Requirement[];
  /** Without these something works less well. */
  readonly wanted: readonly Requirement[];
};

/**
 * Install what is missing as root, else say how.
 * @throws CliError `requirement-missing` when something needed is still not there
 */
export async function provide(needs: Needs, context: Context, options: { readonly yes: boolean }): Promise<void> {
  const missing = await missingOf([...needs.needed, ...needs.wanted]);
  if (missing.length === 0) return;
  const { err } = context;
  const isRoot = process.getuid?.() === 0;
  const hasApt = findProgram('apt-get') !== undefined;
  if (isRoot && hasApt) {
    const names = missing.map(({ what }) => what).join(', ');
    const ask = context.input.isTTY && !options.yes;
    if (!ask || (await confirm(context, `Missing here: ${names}. Install it with apt-get now?`))) {
      await aptInstall(missing, context);
    }
  }
  const left = await missingOf(missing);
  if (left.length === 0) return;
  const command = hasApt
    ? aptCommand(await aptPackages(left), isRoot)
    : `install ${left.map(({ what }) => what).join(', ')}`;
  if (left.some((requirement) => needs.needed.includes(requirement))) {
    throw new CliError('requirement-missing', `missing on this machine: ${left.map(({ what }) => what).join(', ')}`, {
      details: left.map(({ what, without }) => `without ${what}: ${without}`),
      next: command,
    });
  }
  for (const { what, without } of left) err.line(`warning: there is no ${what}: ${without}`);
  err.line(`  to have it: ${command}`);
}

async function aptInstall(missing: readonly Requirement[], { home, err }: Context): Promise<void> {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
  const logFile = join(home, 'logs', 'apt.log');
  err.line(`installing ${missing.map(({ what }) => what).join(', ')} with apt-get ...`);
  // Old lists may still do, so a failed update alone is no reason to give up.
  await logged('apt-get', ['update', '-q'], logFile, 'w');
  const packages = await aptPackages(missing);
  const done = await logged('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], logFile, 'a');
  if (done) return;
  throw new CliError('apt-failed', `apt-get could not install ${packages.join(', ')}`, {
    details: readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-10),
    next: aptCommand(packages, true),
  });
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(program, args, { stdio: 'ignore' });
  child.on('error', () => resolve(false));
  child.on('exit', (code) => resolve(code === 0));
  return promise;
}

function logged(program: string, args: readonly string[], file: string, flags: 'w' | 'a'): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const log = openSync(file, flags, 0o600);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(program, args, { stdio: ['ignore', log, log], env });
  closeSync(log);
  child.on('error', () => resolve(false));
  child.on('exit', (code) => resolve(code === 0));
  return promise;
}
