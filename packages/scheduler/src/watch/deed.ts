/** What reactions and detectors want done, as requests like those of people. */
import type { Answer, PhaseSpec, Request, State } from '@warder/core';
import type { Recipe } from '../package/plan.ts';
import type { Deed } from '../package/watch.ts';

export type DeedTools = {
  readonly state: State;
  /** What the plan of that name would do now. Rejects when there is none, or its code refuses. */
  readonly recipeOf: (plan: string, params: Readonly<Record<string, string>>) => Promise<Recipe>;
  readonly ask: (by: string, request: Request) => Promise<Answer>;
};

/** What came of a deed. */
export type Done = {
  readonly atMs: number;
  /** `start plan reseed: node-1 has lost its data`. */
  readonly what: string;
  /** False: it is tried again. */
  readonly ok: boolean;
  readonly answer: string;
};

export type Outcome = Omit<Done, 'atMs'>;

/** `by`: `detector disk-full`. Never rejects. */
export async function doDeed(tools: DeedTools, by: string, deed: Deed): Promise<Outcome> {
  const what = wordsOf(deed);
  try {
    const answer = await tools.ask(by, await requestOf(tools, deed));
    // The same word is said when something else runs: then it is not done.
    const ok = answer.ok || (deed.kind !== 'replace' && wasStarted(tools.state, deed.key));
    return { what, ok, answer: answer.message };
  } catch (error) {
    return { what, ok: false, answer: error instanceof Error ? error.message : String(error) };
  }
}

/** One occasion starts one run: its record has the key. */
function wasStarted(state: State, key: string): boolean {
  for (const { cause } of state.runs.values()) if (cause.key === key) return true;
  return false;
}

async function requestOf({ recipeOf }: DeedTools, deed: Deed): Promise<Request> {
  if (deed.kind === 'replace') {
    const { instance, reason, propose } = deed;
    return { type: 'pod-replace', instance, force: false, ...(propose === true ? { proposal: reason } : {}) };
  }
  const { kind, plan, params = {}, key, reason: text } = deed;
  const start = { type: 'plan-start', plan, params, text, key } as const;
  if (kind === 'start') return start;
  return { ...start, recipe: { name: plan, ...proposed(await recipeOf(plan, params), text) } };
}

function wordsOf(deed: Deed): string {
  if (deed.kind !== 'replace') return `${deed.kind} plan ${deed.plan}: ${deed.reason}`;
  return `${deed.propose === true ? 'propose to replace' : 'replace'} ${deed.instance}: ${deed.reason}`;
}

/** The same, but a person must approve it first, who is told why. */
export function proposed({ strategy, phases }: Recipe, reason: string): Recipe {
  let name = 'approval';
  while (phases.some((phase) => phase.name === name)) name = `${name}-first`;
  const approval: PhaseSpec = {
    name,
    strategy: 'serial',
    steps: [{ kind: 'approve', name: 'approve', text: reason }],
  };
  if (strategy === 'serial') return { strategy, phases: [approval, ...phases] };
  const held = phases.map((phase) => {
    const { after = [] } = phase;
    return strategy === 'dependency' && after.length > 0 ? phase : { ...phase, after: [name] };
  });
  return { strategy: 'dependency', phases: [approval, ...held] };
}
