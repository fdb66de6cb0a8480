import { ApiFailure } from '@warder/api';
import type { ConfigContents } from '@warder/core';
import { PackageError, type ConfigChange, type Scheduler } from '@warder/scheduler';
import { mergeOptions } from '@warder/spec';
import type { Catalog } from './catalog.ts';
import { demandEdge } from './edge.ts';
import { newConfig } from './new-config.ts';

/** What a stage of a plan comes to, just as an update with these changes would. @throws PackageError with the same code */
export async function stageConfig(
  catalog: Catalog,
  { name, state, host }: Pick<Scheduler, 'name' | 'state' | 'host'>,
  { options = {}, version }: ConfigChange,
  from: ConfigContents,
): Promise<ConfigContents> {
  const { service } = state;
  if (service === undefined) throw new Error(`${name} was not created`);
  try {
    const pkg = catalog.find(service.packageName);
    demandEdge(name, from, pkg);
    const given = mergeOptions(from.given, options);
    const { config } = await newConfig(pkg, host, { name, uid: service.uid, given, version: version ?? from.version });
    return config;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    throw new PackageError(error.code, error.message, error.status, error.next);
  }
}
