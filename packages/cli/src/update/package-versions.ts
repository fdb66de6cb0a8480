import type { PackageDetail } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { findService } from '../service/find.ts';

export const packageVersions: ServiceCommand = {
  options: [jsonOption],
  run: async (input, context) => {
    const { version, package: name } = await findService(context, context.service);
    const { versions } = await context.api().get<PackageDetail>(`/v1/packages/${encodeURIComponent(name)}`);
    const { older, newer } = aroundVersion(version, versions);
    if (input.json) {
      printJson(context.out, { packageVersion: version, packageDowngrades: older, packageUpgrades: newer });
      return exitCodes.ok;
    }
    context.out.line(`now        ${version}`);
    context.out.line(`upgrades   ${newer.join(', ') || 'none'}`);
    context.out.line(`downgrades ${older.join(', ') || 'none'}`);
    return exitCodes.ok;
  },
};

/** Older and newer ones; whether the package allows the step is said by a dry run. */
export function aroundVersion(
  version: string,
  versions: readonly string[],
): { readonly older: readonly string[]; readonly newer: readonly string[] } {
  const order = new Intl.Collator('en', { numeric: true });
  const sorted = versions.toSorted((a, b) => order.compare(a, b));
  return {
    older: sorted.filter((other) => order.compare(other, version) < 0),
    newer: sorted.filter((other) => order.compare(other, version) > 0),
  };
}
