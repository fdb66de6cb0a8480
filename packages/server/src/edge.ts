/** From which version of a package to which other a service may go: `upgradesFrom` and `downgradesTo` of package.yml. */
import { ApiFailure } from '@warder/api';
import type { ConfigContents } from '@warder/core';
import type { PackageFolder } from '@warder/spec';

type Next = Pick<PackageFolder, 'name' | 'version' | 'upgradesFrom'>;

/** Up: what the new package says. Down: what the old one said. Nothing said: anything goes. @throws ApiFailure `package-edge` */
export function demandEdge(service: string, from: Pick<ConfigContents, 'packageVersion' | 'downgradesTo'>, to: Next) {
  if (from.packageVersion === to.version) return;
  const isDown = compareVersions(to.version, from.packageVersion) < 0;
  const [allowed, version] = isDown ? [from.downgradesTo, to.version] : [to.upgradesFrom, from.packageVersion];
  if (allowed === undefined || allowed.some((pattern) => matches(pattern, version))) return;
  const list = allowed.join(', ');
  const rule = isDown
    ? `${to.name} ${from.packageVersion} goes back to ${list === '' ? 'no other version' : `${list} only`}`
    : `${to.name} ${to.version} takes over from ${list === '' ? 'no other version' : `${list} only`}`;
  const next = isDown
    ? `stay with ${from.packageVersion}, or go by one of: ${list}`
    : `put one in between that does: ${to.name} in one of the versions ${list}`;
  const message = `${service} is made of ${to.name} ${from.packageVersion} and cannot become ${to.version}: ${rule}`;
  throw new ApiFailure(409, 'package-edge', message, list === '' ? 'install another service and move to it' : next);
}

/** `1.2.*` and `*` are patterns. */
function matches(pattern: string, version: string): boolean {
  if (!pattern.endsWith('*')) return pattern === version;
  return version.startsWith(pattern.slice(0, -1));
}

/** By their numbers; what comes after those of the same numbers (`-beta`) counts for nothing. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.match(/\d+/g) ?? []).map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
