/** The package with the edges of a world, and the scenario that lives in it. */
import type { PackageCode } from '@warder/scheduler';
import { plugIn } from './edge/plug.ts';
import type * as scenario from './scenario.ts';

export async function loadScenario(): Promise<typeof scenario & { readonly code: PackageCode }> {
  plugIn();
  const { default: code } = await import('@warder/kafka');
  return { ...(await import('./scenario.ts')), code };
}
