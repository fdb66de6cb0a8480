import { ApiFailure } from '@warder/api';
import type { NewConfig, ServiceSpec } from '@warder/core';
import { isPackageError, specByCode, systemClock, type PackageHost, type SpecInput } from '@warder/scheduler';
import { specOf, type PackageFolder } from '@warder/spec';

export type Wanted = {
  readonly name: string;
  readonly uid: string;
  /** As the user gave them, without defaults. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Of the application; absent: the default of the package. */
  readonly version?: string | undefined;
};

export type Made = {
  readonly config: NewConfig;
  /** What a person should know though nothing is wrong, one line each. */
  readonly notices: readonly string[];
};

/** The configuration that a package and options come to. @throws ApiFailure `options-invalid`, or a code of the package */
export async function newConfig(pkg: PackageFolder, host: PackageHost, wanted: Wanted): Promise<Made> {
  const { name, uid, given, version } = wanted;
  const made = specOf(pkg, { name, uid, options: given, ...(version === undefined ? {} : { version }) });
  if ('problems' in made) {
    const [first] = made.problems;
    const more = made.problems.length > 1 ? ` (and ${made.problems.length - 1} more)` : '';
    throw new ApiFailure(
      400,
      'options-invalid',
      `${first?.message ?? 'the options are wrong'}${more}`,
      first?.next ?? `see the options: warder package describe ${pkg.name}`,
      made.problems,
    );
  }
  const { options } = made;
  const config = {
    spec: await codedSpec(host, pkg.name, { spec: made.spec, options, version: made.version, uid }),
    given,
    options,
    packageVersion: pkg.version,
    ...(pkg.downgradesTo === undefined ? {} : { downgradesTo: pkg.downgradesTo }),
    version: made.version,
  };
  return { config, notices: made.notices.map(({ message, next }) => `${message}; ${next}`) };
}

async function codedSpec(host: PackageHost, name: string, input: SpecInput): Promise<ServiceSpec> {
  try {
    return await specByCode(host, systemClock, input);
  } catch (error) {
    if (isPackageError(error)) {
      const next = error.next ?? `see the options: warder package describe ${name}`;
      throw new ApiFailure(error.status, error.code, error.message, next);
    }
    const why = error instanceof Error ? error.message : String(error);
    const next = `change the options (warder package describe ${name}); if they are right, the package has a fault`;
    throw new ApiFailure(400, 'options-invalid', `the package ${name} makes no spec of these options: ${why}`, next);
  }
}
