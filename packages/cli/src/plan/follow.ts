/** Show a run while it goes on: repainted in place on a terminal, a line for each change elsewhere. */
import type { RunView } from '../api/answers.ts';
import type { ServiceContext } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { openLive } from '../output/live.ts';
import { changeLines } from './change.ts';
import { planLines } from './tree.ts';
import { watchRun } from './watch.ts';

const repaintMs = 1000;

/** The last view of the run; undefined when Ctrl-C came first. The run itself goes on in any case. */
export async function followRun(context: ServiceContext, runId: string): Promise<RunView | undefined> {
  const paths = { run: context.path(`/runs/${encodeURIComponent(runId)}`), events: context.path('/events') };
  const watch = (onAway: (away: boolean) => void): AsyncIterable<RunView> =>
    watchRun(context.api(), { ...paths, onAway }, context.signal);
  const last = context.out.isTty ? await paintRuns(context, watch) : await listChanges(context, watch);
  if (!context.signal.aborted) return last;
  const again = context.hint(`${context.service} plan show ${runId} --watch`);
  context.err.line(`detached: the run goes on. Look again: ${again}`);
  return undefined;
}

type Watch = (onAway: (away: boolean) => void) => AsyncIterable<RunView>;

const awayText = 'the server does not answer; its tasks go on; waiting for it ...';

async function paintRuns({ out }: ServiceContext, watch: Watch): Promise<RunView | undefined> {
  const live = openLive(out);
  let last: RunView | undefined;
  let note: readonly string[] = [];
  const paint = (): void => {
    if (last !== undefined) live.show([...planLines(last, { paint: out.paint, nowMs: Date.now() }), ...note]);
  };
  const timer = setInterval(paint, repaintMs);
  try {
    for await (const run of watch((away) => (note = away ? [out.paint('yellow', awayText)] : []))) {
      last = run;
      paint();
    }
  } finally {
    clearInterval(timer);
    live.end();
  }
  return last;
}

async function listChanges({ out, err }: ServiceContext, watch: Watch): Promise<RunView | undefined> {
  let last: RunView | undefined;
  for await (const run of watch((away) => err.line(away ? awayText : 'the server is back'))) {
    for (const line of changeLines(last, run, Date.now())) out.line(line);
    last = run;
  }
  return last;
}

/** What a script learns from a run that was followed. */
function exitOf(run: RunView | undefined): number {
  if (run === undefined) return exitCodes.interrupted;
  return run.status === 'COMPLETE' ? exitCodes.ok : exitCodes.failed;
}

/** Follow the run when it is to be waited for, else say how to look at it. */
export async function followOrHint(context: ServiceContext, runId: string | undefined, wait: boolean): Promise<number> {
  if (runId === undefined) return exitCodes.ok;
  if (wait) return finish(context, await followRun(context, runId));
  context.out.line(`watch it: ${context.hint(`${context.service} plan show ${runId} --watch`)}`);
  return exitCodes.ok;
}

/** Say what a person can do about a run that did not complete. */
export function finish(context: ServiceContext, run: RunView | undefined): number {
  if (run !== undefined && run.status !== 'COMPLETE') {
    context.err.line(`error: ${run.name} ended ${run.status} (run-not-complete)`);
    context.err.line(`next: ${context.hint(`${context.service} debug why`)}`);
  }
  return exitOf(run);
}
