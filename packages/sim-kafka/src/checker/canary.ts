/** One first: nobody follows a canary that was not found well, and one that has failed goes back alone. */
import type { RunRecord, StepRecord } from '@warder/core';
import { isBegun } from '@warder/sim/kit';
import type { Checker, Truth, Violate } from '@warder/sim/kit';
import { nameOf } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';

/** What brokers know may be so old, and an answer takes its time. */
const NEWS_MAX_MS = 10_000;

export function canary({ ledger, nowMs }: Truth, kafka: Kafka, violate: Violate): Checker {
  /** By the step that judges it: since when the canary is not well each time the probe says something. */
  const badMs = new Map<string, number>();
  /** Steps that had followed the canary when a person asked for their run again, and with it for the canary. */
  const followed = new Set<string>();
  const judgeOf = (run: RunRecord | undefined): StepRecord | undefined =>
    run === undefined ? undefined : ledger.steps(run).find(isJudge);
  return {
    name: 'nobody follows a canary that was not found well',
    probe: ({ stepId, open }) => {
      const step = ledger.step(stepId);
      if (step === undefined || !isJudge(step)) return;
      const trouble = troubleOf(kafka, instanceOf(step));
      if (trouble === undefined) badMs.delete(stepId);
      else if (!badMs.has(stepId)) badMs.set(stepId, nowMs());
      if (open && trouble !== undefined && nowMs() - (badMs.get(stepId) ?? nowMs()) > NEWS_MAX_MS)
        violate(`${instanceOf(step)} is found well, and ${trouble}`);
    },
    committed: (written) => {
      for (const change of written) {
        if (change.kind === 'step' && change.after !== undefined) {
          checkBegin(change.after, change.before);
          noteFollower(change.after, change.before);
        }
        if (change.kind === 'run' && change.after?.ended !== undefined && change.before?.ended === undefined)
          checkEnd(change.after);
      }
    },
  };

  /** Who had begun before the canary was found well was told when it did. */
  function noteFollower({ id, restartedMs }: StepRecord, before: StepRecord | undefined): void {
    if (before === undefined || before.restartedMs === restartedMs) return;
    if (before.attempts > 0 || isBegun(before.status)) followed.add(id);
  }

  function checkBegin(step: StepRecord, before: StepRecord | undefined): void {
    const begins = isBegun(step.status) && (before === undefined || !isBegun(before.status));
    if (step.work.kind !== 'launch' || !begins) return;
    const run = ledger.run(step.runId);
    const first = run?.phases.find(({ name }) => name === 'canary');
    if (first === undefined || first.stepIds.includes(step.id) || judgeOf(run)?.status === 'COMPLETE') return;
    violate(`${step.id} restarts ${step.work.instance}, and the canary was not found well yet`);
  }

  /** By itself, that is: whoever rolls back a run knows why. Those that had followed before it went again go back too. */
  function checkEnd(run: RunRecord): void {
    const judge = judgeOf(run);
    if (judge === undefined || run.ended?.how !== 'ROLLED_BACK' || run.ended.by !== 'warder') return;
    const others = ledger
      .steps(run)
      .filter(
        ({ id, work, attempts }) =>
          work.kind === 'launch' && work.instance !== instanceOf(judge) && attempts > 0 && !followed.has(id),
      );
    if (others.length > 0) violate(`${run.id} goes back, and has restarted ${others.map(instanceOf).join(', ')}`);
    const back = ledger
      .runs()
      .find(
        ({ cause, createdMs }) =>
          cause.by === 'warder' && createdMs === run.ended?.ms && cause.text.includes('rolls back'),
      );
    if (back === undefined) {
      violate(`${run.id} goes back, and nothing brings back what was before`);
      return;
    }
    const was = ledger.config(run.fromConfigId ?? '');
    const is = ledger.config(back.configId);
    if (JSON.stringify([was?.options, was?.version]) !== JSON.stringify([is?.options, is?.version]))
      violate(`${back.id} rolls back ${run.id}, and brings ${back.configId}, not what ${run.fromConfigId} was`);
    for (const step of ledger.steps(back)) {
      if (step.work.kind !== 'launch' || step.work.instance === instanceOf(judge)) continue;
      const own = ledger.instances().find(({ name }) => name === instanceOf(step));
      if (own?.configId === run.fromConfigId)
        violate(`${back.id} rolls back ${run.id}, and restarts ${own?.name}, which has what was before`);
    }
  }

  function troubleOf(model: Kafka, instance: string): string | undefined {
    const server = [...model.servers.values()].find(({ task }) => task.instance === instance);
    if (server === undefined) return 'does not run';
    const { newest } = model.quorum;
    if (!server.launched.isBroker || newest === undefined) return undefined;
    const behind = [...newest.partitions.values()].filter(
      ({ replicas, isr }) => replicas.includes(server.id) && !isr.includes(server.id),
    );
    return behind.length === 0 ? undefined : `is behind in ${behind.map(nameOf).join(', ')}`;
  }
}

const isJudge = ({ work }: StepRecord): boolean => work.kind === 'wait' && work.probe === 'canary';

const instanceOf = ({ work }: StepRecord): string => ('instance' in work ? (work.instance ?? '') : '');
