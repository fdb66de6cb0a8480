/** How fast a broker copies between its own log dirs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceView } from '@warder/sdk';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorText } from '../client/error.ts';
import { firstAnswers } from '../cluster/answer.ts';
import { brokers, controllers, reachable } from '../cluster/member.ts';
import type { KafkaNode } from '../client/node.ts';

const throttleKey = 'replica.alter.log.dirs.io.max.bytes.per.second';

/** What the broker has of its own; null: nothing, so the one of the cluster or of its file counts. */
export const ownThrottle = async (node: KafkaNode, id: number, signal: AbortSignal): Promise<string | null> => {
  const resources = [{ type: 'broker', name: String(id), keys: [throttleKey] } as const];
  const [result] = await node.call(describeConfigs, { resources }, signal);
  if (result === undefined || result.errorCode !== 0) {
    const why = result === undefined ? 'it gave no answer' : errorText(result.errorCode, result.errorMessage);
    throw new Error(`the configuration of broker ${id} cannot be read: ${why}`);
  }
  const own = result.entries
    .flatMap(({ synonyms }) => synonyms)
    .find(({ source }) => source === ConfigSource.dynamicBroker);
  return own?.value ?? null;
};

/** How long a change may take from the controllers to the broker. */
const arrivalMs = 10_000;

/** As often as it is asked for. A broker that is away has it taken by the controllers, if there are any. */
export const setThrottle = async (
  client: KafkaClient,
  service: ServiceView,
  id: number,
  value: string | null,
  signal: AbortSignal,
): Promise<void> => {
  const own = brokers(service).filter((member) => member.id === id);
  const asked = reachable([...own, ...controllers(service)]);
  const resources = [{ type: 'broker', name: String(id), changes: [{ key: throttleKey, value }] } as const];
  const { given, failed } = await firstAnswers(asked, 1, async ({ address }) => {
    const node = client.node(address);
    const [result] = await node.call(incrementalAlterConfigs, { resources, validateOnly: false }, signal);
    if (result !== undefined && result.errorCode !== 0)
      throw new Error(errorText(result.errorCode, result.errorMessage));
    return node;
  });
  const [taken] = given;
  if (taken === undefined) {
    const why = failed.map((each) => `${each.from.instance}: ${each.why}`).join('; ') || 'nobody has been started';
    throw new Error(`broker ${id} does not get ${throttleKey}=${value ?? '(none)'}: ${why}`);
  }
  if (own.some(({ address }) => address === taken.from.address)) await arrived(taken.answer, id, value, signal);
};

/** Whoever looks next finds what was set: a run that came after this one would give back what it finds. */
const arrived = async (node: KafkaNode, id: number, value: string | null, signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + arrivalMs;
  while ((await ownThrottle(node, id, signal)) !== value) {
    if (performance.now() > deadline)
      throw new Error(`broker ${id} has taken ${throttleKey}=${value ?? '(none)'}, but does not go by it yet`);
    await sleep(50, undefined, { signal });
  }
};
