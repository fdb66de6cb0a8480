import type { Checker, Truth, Violate } from '../truth.ts';

/** Ended runs and configurations that are kept besides those in use. */
const RUNS_MAX = 100;
const CONFIGS_MAX = 20;

/** What is kept has a bound, and nothing is kept of what is not. */
export function bounded({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'history is bounded, and what is in use is kept',
    committed: (written) => {
      const touches = (...kinds: readonly string[]): boolean => written.some(({ kind }) => kinds.includes(kind));
      if (touches('run')) {
        const runs = ledger.runs();
        const ended = runs.filter((run) => run.ended !== undefined).length;
        if (ended > RUNS_MAX) violate(`${ended} ended runs are kept`);
        const lost = runs.find((run) => ledger.steps(run).length < run.phases.flatMap(({ stepIds }) => stepIds).length);
        if (lost !== undefined) violate(`${lost.id} has lost a step`);
      }
      if (touches('config')) {
        const used = new Set(ledger.instances().map(({ configId }) => configId));
        for (const run of ledger.runs()) if (run.ended === undefined) used.add(run.configId);
        const [lost] = [...used].filter((id) => ledger.service() !== undefined && ledger.config(id) === undefined);
        if (lost !== undefined) violate(`${lost} is in use, and is not kept`);
        const spare = ledger.configs().filter(({ id }) => !used.has(id)).length;
        if (spare > CONFIGS_MAX) violate(`${spare} configurations are kept that nothing uses`);
      }
    },
  };
}
