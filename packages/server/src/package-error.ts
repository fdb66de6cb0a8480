import { ApiFailure } from '@warder/api';
import type { Problem } from '@warder/spec';

export function packageBroken(name: string, folder: string, problems: readonly Problem[]): ApiFailure {
  const message = `the package ${name} is broken: ${problems[0]?.message ?? ''}`;
  const next = `correct it; all its mistakes: warder package check ${folder}`;
  return new ApiFailure(500, 'package-broken', message, next, problems);
}
