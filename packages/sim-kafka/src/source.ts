/** The package as it is installed: from options and a version to a configuration. */
import { fileURLToPath } from 'node:url';
import type { NewConfig } from '@warder/core';
import { hostHere, specByCode } from '@warder/scheduler';
import type { Clock, PackageCode } from '@warder/scheduler';
import { formatProblem, loadPackage, mergeOptions, specOf } from '@warder/spec';
import type { PackageSpec, Problems } from '@warder/spec';

export type Given = { readonly options?: Readonly<Record<string, unknown>>; readonly version?: string };

const UID = '0'.repeat(32);

const folder = fileURLToPath(new URL('../../../services/kafka/', import.meta.url));
let loaded: ReturnType<typeof loadPackage> | undefined;
/** The same options come to the same shape. */
const made = new Map<string, PackageSpec | Problems>();

/** Rejects as `warder package update` would. */
export async function configOf(
  name: string,
  code: PackageCode,
  clock: Clock,
  wanted: Given,
  before: NewConfig | undefined,
): Promise<NewConfig> {
  loaded ??= loadPackage(folder);
  if ('problems' in loaded) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const pkg = loaded.package;
  const given = mergeOptions(before?.given ?? {}, wanted.options ?? {});
  const version = wanted.version ?? before?.version;
  const key = JSON.stringify([name, given, version]);
  const shape =
    made.get(key) ?? specOf(pkg, { name, uid: UID, options: given, ...(version === undefined ? {} : { version }) });
  made.set(key, shape);
  if ('problems' in shape) throw new Error(shape.problems.map(formatProblem).join('\n'));
  const input = { spec: shape.spec, options: shape.options, version: shape.version, uid: UID };
  const spec = await specByCode(hostHere(code), clock, input);
  return { spec, given, options: shape.options, packageVersion: pkg.version, version: shape.version };
}
