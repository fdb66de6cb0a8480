/** How the restarts of an update go, if not one by one as the plan says. */
import type { Input, OptionSpec } from '../command.ts';
import { usageError } from '../exit.ts';

export const rollOptions: readonly OptionSpec[] = [
  { flags: '--parallel <max>', summary: 'restart up to so many at once, where the package says that they may' },
  { flags: '--canary', summary: 'restart one first; the rest when it is found well' },
  { flags: '--soak <seconds>', summary: 'with --canary: how long it must be well (default 60)' },
  { flags: '--auto-rollback', summary: 'with --canary: when it fails, roll back instead of waiting for a person' },
];

const SOAK_DEFAULT_S = 60;

export type RollWish = {
  readonly parallel?: number;
  readonly canary?: { readonly soakSeconds: number; readonly autoRollback: boolean };
};

/** @throws a usage error for what makes no sense */
export function rollOf(input: Input): RollWish | undefined {
  const parallel = numberOf(input, 'parallel');
  if (parallel !== undefined && (!Number.isInteger(parallel) || parallel < 1))
    throw wrong(`--parallel ${input.text('parallel')}: it must be a whole number from 1 on`);
  const canary = input.flag('canary');
  const soakSeconds = numberOf(input, 'soak');
  if (soakSeconds !== undefined && !(soakSeconds >= 0))
    throw wrong(`--soak ${input.text('soak')}: it must be a number of seconds`);
  const autoRollback = input.flag('autoRollback');
  if (!canary && soakSeconds !== undefined) throw wrong('--soak is for --canary: say both');
  if (!canary && autoRollback) throw wrong('--auto-rollback is for --canary: say both');
  if (parallel === undefined && !canary) return undefined;
  return {
    ...(parallel === undefined ? {} : { parallel }),
    ...(canary ? { canary: { soakSeconds: soakSeconds ?? SOAK_DEFAULT_S, autoRollback } } : {}),
  };
}

function numberOf(input: Input, name: string): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  return text.trim() === '' ? Number.NaN : Number(text);
}

const wrong = (what: string): Error => usageError(what, 'warder package update --help');
