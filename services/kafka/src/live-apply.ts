/** Bringing live values to a running broker, as often as it is asked for: what is right already is left alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigSource, describeConfigs, type ConfigEntry } from './client/api/describe-configs.ts';
import { incrementalAlterConfigs, type ConfigChange } from './client/api/incremental-alter-configs.ts';
import { ConnectionError, errorText } from './client/error.ts';
import type { KafkaNode } from './client/node.ts';
import { meaningOfNoValue, threadPools, updateMode } from './live.ts';
import type { KafkaLine } from './version.ts';

export type LiveTarget = {
  readonly id: number;
  readonly node: KafkaNode;
  readonly line: KafkaLine;
};

/** Null: back to what Kafka does without it. */
export type LiveValues = Readonly<Record<string, string | null>>;

/** Thread pools grow by doubling: 10 rounds take one from 1 to 1024. */
const roundsMax = 12;

/** How long a change may take from the controllers to the broker. */
const arrivalMs = 5000;

/**
 * Returns what was changed. Rejects when the broker refuses a value, or does not come to have it.
 * @example
 * await applyLive(target, { 'log.retention.ms': '3600000', 'num.io.threads': null }, signal)
 */
export const applyLive = async (
  target: LiveTarget,
  values: LiveValues,
  signal: AbortSignal,
): Promise<readonly ConfigChange[]> => {
  const keys = Object.keys(values);
  const changed = new Map<string, string | null>();
  if (keys.length === 0) return [];
  for (let round = 0; round < roundsMax; round++) {
    const entries = await readEntries(target, keys, signal);
    const changes = keys.flatMap((key) => nextChange(target, key, values[key] ?? null, entries.get(key)));
    if (changes.length === 0) return [...changed].map(([key, value]) => ({ key, value }));
    await alter(target, changes, signal);
    await arrived(target, changes, signal);
    for (const change of changes) changed.set(change.key, change.value);
  }
  throw new Error(`broker ${target.id} still does not have the values of ${keys.join(', ')}`);
};

const readEntries = async (
  target: LiveTarget,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ConfigEntry>> => {
  const resources = [{ type: 'broker', name: String(target.id), keys } as const];
  const [result] = await target.node.call(describeConfigs, { resources }, signal);
  if (result === undefined || result.errorCode !== 0) {
    const why = result === undefined ? 'it gave no answer' : errorText(result.errorCode, result.errorMessage);
    throw new Error(`the configuration of broker ${target.id} cannot be read: ${why}`);
  }
  return new Map(result.entries.map((entry) => [entry.name, entry]));
};

/** Nothing when the broker has the value; else the change that leads there, or nearer to it. */
const nextChange = (
  target: LiveTarget,
  key: string,
  wanted: string | null,
  entry: ConfigEntry | undefined,
): readonly ConfigChange[] => {
  const goal = wanted ?? withoutValue(key, entry);
  const current = entry?.value ?? null;
  if (goal === null) {
    // There is no value that means "none": only what was set while it ran can be taken back.
    return isDynamic(entry) ? [{ key, value: null }] : [];
  }
  if (current !== null && sameValue(current, goal)) return [];
  if (entry?.source === ConfigSource.dynamicBroker && updateMode(key, target.line) === 'cluster-wide') {
    const own = `broker ${target.id} has a value of its own for ${key} (${current}), which goes before that of the cluster`;
    throw new Error(`${own}: take it away, then this goes on`);
  }
  return [{ key, value: step(key, current, goal) }];
};

const isDynamic = (entry: ConfigEntry | undefined): boolean =>
  entry?.source === ConfigSource.dynamicBroker || entry?.source === ConfigSource.dynamicDefault;

/** The file that the broker started with may still hold the old value, so the default is set rather than revealed. */
const withoutValue = (key: string, entry: ConfigEntry | undefined): string | null => {
  const preset = entry?.synonyms.find((each) => each.name === key && each.source === ConfigSource.default)?.value;
  return preset ?? meaningOfNoValue[key] ?? null;
};

const step = (key: string, current: string | null, goal: string): string => {
  const from = Number(current);
  const to = Number(goal);
  if (!threadPools.includes(key) || current === null || !Number.isInteger(from) || !Number.isInteger(to)) return goal;
  return String(Math.min(Math.max(to, Math.ceil(from / 2)), from * 2));
};

/** `0.50` is `0.5`, and `a, b` is `a,b`. */
export const sameValue = (a: string, b: string): boolean => {
  if (a === b) return true;
  const tidy = (value: string): string => value.replaceAll(/\s*,\s*/g, ',').trim();
  if (tidy(a) === tidy(b)) return true;
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) return BigInt(a) === BigInt(b);
  return a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
};

const alter = async (target: LiveTarget, changes: readonly ConfigChange[], signal: AbortSignal): Promise<void> => {
  const isClusterWide = ({ key }: ConfigChange): boolean => updateMode(key, target.line) === 'cluster-wide';
  const resources = [
    { type: 'broker', name: '', changes: changes.filter(isClusterWide) },
    { type: 'broker', name: String(target.id), changes: changes.filter((change) => !isClusterWide(change)) },
  ] as const;
  const request = { resources: resources.filter((each) => each.changes.length > 0), validateOnly: false };
  for (const result of await target.node.call(incrementalAlterConfigs, request, signal)) {
    if (result.errorCode === 0) continue;
    const what = changes.map(({ key, value }) => (value === null ? `${key} without a value` : `${key}=${value}`));
    const why = errorText(result.errorCode, result.errorMessage);
    throw new Error(`broker ${target.id} does not take ${what.join(', ')}: ${why}`);
  }
};

/** A broker that gives up network threads closes their connections, perhaps this one: it is asked again by another. */
const closedByIt = (error: unknown): undefined => {
  if (error instanceof ConnectionError && error.problem === 'unreachable') return undefined;
  throw error;
};

/** The change goes to the controllers and comes back as metadata. */
const arrived = async (target: LiveTarget, changes: readonly ConfigChange[], signal: AbortSignal): Promise<void> => {
  const keys = changes.map((change) => change.key);
  const deadline = performance.now() + arrivalMs;
  for (;;) {
    const entries = await readEntries(target, keys, signal).catch(closedByIt);
    const isLate = ({ key, value }: ConfigChange): boolean => {
      const entry = entries?.get(key);
      return value === null ? isDynamic(entry) : !sameValue(entry?.value ?? '', value);
    };
    const late = entries === undefined ? changes : changes.filter(isLate);
    if (late.length === 0) return;
    if (performance.now() > deadline) {
      const what = late.map(({ key, value }) => `${key}=${value ?? ''}`).join(', ');
      throw new Error(`broker ${target.id} has taken ${what}, but does not go by it after ${arrivalMs} ms`);
    }
    await sleep(50, undefined, { signal });
  }
};
