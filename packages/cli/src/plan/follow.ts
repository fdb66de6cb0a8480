/** Show a run while it goes on: repainted in place on a terminal, a line for each change elsewhere. */
import type { RunView } from '../api/answers.ts';
import type { ServiceContext } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { openLive } from '../output/live.ts';
import { quote } from '../output/quote.ts';
import { changeLines } from './change.ts';
import { planLines, type TreeOptions } from './tree.ts';
import { watchRun } from './watch.ts';

const repaintMs = 1000;

/** The last view of the run; undefined when Ctrl-C came first. The run itself goes on in any case. `seen`: each view. */
export async function followRun(
  context: ServiceContext,
  runId: string,
  seen: (run: RunView) => void = () => {},
): Promise<RunView | undefined> {
  const paths = { run: context.path(`/runs/${encodeURIComponent(runId)}`), events: context.path('/events') };
  const watch: Watch = async function* (onAway) {
    for await (const run of watchRun(context.api(), { ...paths, onAway }, context.signal)) {
      seen(run);
      yield run;
    }
  };
  const last = context.out.isTty ? await paintRuns(context, watch) : await listChanges(context, watch);
  if (!context.signal.aborted) return last;
  const again = context.hint(`${context.service} plan show ${runId} --watch`);
  context.err.line(`detached: the run goes on. Look again: ${again}`);
  return undefined;
}

type Watch = (onAway: (away: boolean) => void) => AsyncIterable<RunView>;

const awayText = 'the server does not answer; its tasks go on; waiting for it ...';

async function paintRuns(context: ServiceContext, watch: Watch): Promise<RunView | undefined> {
  const { out } = context;
  const live = openLive(out);
  let last: RunView | undefined;
  let note: readonly string[] = [];
  const paint = (): void => {
    if (last !== undefined) live.show([...planLines(last, treeOptions(context)), ...note]);
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

/** How runs of a service are drawn now. */
export function treeOptions({ out, hint, service }: ServiceContext): TreeOptions {
  const command = (...words: readonly string[]): string => hint([service, ...words].map(quote).join(' '));
  return { paint: out.paint, nowMs: Date.now(), command };
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
