/** A roll in batches: what may go together, and that exactly that goes. */
import type { Request, RunRecord } from '@warder/core';
import type { DryRun } from '@warder/scheduler';
import type { Checker, Truth, Violate } from '@warder/sim/kit';
import { nameOf } from '../model/image.ts';
import type { Image, Partition } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';
import { NEWS_MAX_MS } from './stop.ts';

type Batches = readonly (readonly string[])[];

export type RollChecker = Checker & {
  /** The package is asked which may go together; what it says is judged by what there was to see then. */
  readonly batching: () => (batches: Batches) => void;
};

export function roll({ ledger, nowMs }: Truth, kafka: Kafka, violate: Violate): RollChecker {
  const shown = new Map<Request, DryRun>();
  /** What runs were when they began, until their requests are answered. */
  const begun = new Map<string, string>();
  return {
    name: 'batches are safe with all of one away, and those of the dry run',
    batching: () => {
      const sinceMs = nowMs() - NEWS_MAX_MS;
      const before = kafka.quorum.newest;
      return (batches) => {
        const after = kafka.quorum.newest;
        if (before === undefined || after === undefined) return;
        for (const batch of batches) if (batch.length > 1) checkBatch(kafka, [before, after], sinceMs, batch, violate);
      };
    },
    asked: (request, dry) => {
      if (request.type === 'configure' && request.roll !== undefined && dry !== undefined) shown.set(request, dry);
    },
    crashed: () => {
      shown.clear();
      begun.clear();
    },
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'run' || before !== undefined || after === undefined || after.cause.by !== 'person') continue;
        begun.set(after.id, outlineOf(after));
      }
    },
    answered: (request, answer) => {
      const dry = shown.get(request);
      shown.delete(request);
      const id = answer.ok ? (answer.runId ?? '') : '';
      const real = begun.get(id);
      begun.delete(id);
      // What was refused may be about a cluster that was another one when that was shown.
      if (dry === undefined || real === undefined || request.type !== 'configure') return;
      const counted = dry.cost?.find(({ what }) => what === 'restarts')?.count ?? 0;
      const together = (request.roll?.batches ?? []).flat().length;
      if (counted < together) violate(`a roll of ${together} costs ${counted} restarts, says its dry run`);
      const expected = textOf(
        dry.phases.map(({ name, together, steps }) => [name, together, ...steps.map(({ work }) => work)]),
      );
      if (real !== expected) violate(`${id} is ${real}, and its dry run has shown ${expected}`);
    },
  };

  function outlineOf({ phases }: RunRecord): string {
    return textOf(
      phases.map(({ name, together, stepIds }) => [name, together, ...stepIds.map((id) => ledger.step(id)?.work)]),
    );
  }
}

/** A dry run has no configuration of its own yet. */
const textOf = (phases: unknown): string =>
  JSON.stringify(phases, (key, value: unknown) => (key === 'configId' ? undefined : value));

/** Of each partition that can spare one, enough must be in sync besides the whole batch. */
function checkBatch(
  kafka: Kafka,
  images: readonly [Image, Image],
  sinceMs: number,
  batch: readonly string[],
  violate: Violate,
): void {
  const [before, after] = images;
  const isNews = (times: ReadonlyMap<string, number>, key: string): boolean => (times.get(key) ?? -1) >= sinceMs;
  const ids = batch.map((instance) => Number(instance.slice(instance.lastIndexOf('-') + 1)));
  const voters = kafka.isKraft ? ids.filter((id) => kafka.quorum.voters.has(id)) : [];
  if (voters.length > 1) violate(`controllers ${voters.join(', ')} go together`);
  for (const partition of before.partitions.values()) {
    const { topic, replicas } = partition;
    const name = nameOf(partition);
    const now = after.partitions.get(name);
    // It is new, or has just been moved: not everybody has heard of that.
    if (now === undefined || isNews(kafka.madeMs, topic) || isMoving(partition) || isMoving(now)) continue;
    if (replicas.some((id) => isNews(kafka.replication.joinedMs, `${name} ${id}`))) continue;
    const needs = Math.min(kafka.minInSync(before, topic), kafka.minInSync(after, topic));
    const left = replicas.filter(
      (id) =>
        !ids.includes(id) &&
        (partition.isr.includes(id) ||
          isNews(kafka.replication.laggedMs, `${name} ${id}`) ||
          (kafka.replication.outMs.get(id) ?? -1) >= sinceMs),
    );
    if (!replicas.some((id) => ids.includes(id)) || replicas.length === 1) continue;
    const least = replicas.length <= needs ? 1 : needs;
    if (left.length < least)
      violate(
        `${batch.join(', ')} go together, and ${name} has only ${left.join(', ') || 'nobody'} in sync besides; it needs ${least}`,
      );
  }
}

const isMoving = ({ adding, removing }: Partition): boolean => adding.length > 0 || removing.length > 0;
