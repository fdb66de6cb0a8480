import type { Checker, Truth, Violate } from '../truth.ts';

const RUNS_MAX = 100;
/** They are looked through when a run ends, so there may be some more for a while. */
const CONFIGS_MAX = 25;

/** What is kept has a bound, and nothing is kept of what is not. */
export function bounded({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'history is bounded, and what is in use is kept',
    committed: (written) => {
      const touches = (...kinds: readonly string[]): boolean => written.some(({ kind }) => kinds.includes(kind));
      if (touches('run')) {
        const runs = ledger.runs();
        const ended = runs.length > RUNS_MAX ? runs.filter((run) => run.ended !== undefined).length : 0;
        if (ended > RUNS_MAX) violate(`${ended} ended runs are kept`);
        const lost = runs.find(({ phases }) => phases.some(({ stepIds }) => !stepIds.every((id) => ledger.step(id))));
        if (lost !== undefined) violate(`${lost.id} has lost a step`);
      }
      if (touches('config')) {
        const used = new Set(ledger.tasks().map(({ configId }) => configId));
        for (const { configId, liveConfigId, liveDoubtIds = [] } of ledger.instances())
          for (const id of [configId, liveConfigId, ...liveDoubtIds]) used.add(id);
        for (const run of ledger.runs()) {
          if (run.ended !== undefined) continue;
          used.add(run.configId);
          for (const { work } of ledger.steps(run)) if (work.kind === 'launch') used.add(work.configId);
        }
        const [lost] = [...used].filter((id) => ledger.service() !== undefined && ledger.config(id) === undefined);
        if (lost !== undefined) violate(`${lost} is in use, and is not kept`);
        const spare = ledger.configs().filter(({ id }) => !used.has(id)).length;
        if (spare > CONFIGS_MAX) violate(`${spare} configurations are kept that nothing uses`);
      }
    },
  };
}
