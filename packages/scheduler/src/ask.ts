/** Asking a gate of the package. Whatever goes wrong in it is a closed gate with the error as its reason. */
import type { GateAnswer, Moment } from '@warder/core';
import { bounded } from './bounded.ts';
import type { Clock } from './clock.ts';
import type { PackageCode, ServiceView } from './package.ts';

/** A gate that has not answered by then is closed; it is asked again. */
const GATE_MAX_MS = 10_000;

export type Asked = {
  readonly stepId: string;
  readonly instance: string;
  readonly moment: Moment;
  readonly pending: readonly string[];
};

export async function askGate(
  clock: Clock,
  code: PackageCode,
  name: string,
  service: ServiceView,
  asked: Asked,
): Promise<GateAnswer> {
  const gate = code.gates?.[name];
  const instance = service.instances.find((other) => other.name === asked.instance);
  if (gate === undefined) return { open: false, reason: `the package has no gate ${name}` };
  if (instance === undefined) return { open: false, reason: `${asked.instance} is not known yet` };
  const { stepId, moment, pending } = asked;
  try {
    return await bounded(clock, GATE_MAX_MS, (signal) => gate({ service, instance, moment, pending, stepId, signal }));
  } catch (error) {
    return { open: false, reason: `gate ${name} failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Open when all are; the first closed one speaks. */
export async function askGates(
  clock: Clock,
  code: PackageCode,
  names: readonly string[],
  service: ServiceView,
  asked: Asked,
): Promise<GateAnswer> {
  const answers = await Promise.all(names.map((name) => askGate(clock, code, name, service, asked)));
  const closed = answers.find(({ open }) => !open);
  return closed ?? { open: true, reason: answers.map(({ reason }) => reason).join('; ') };
}
