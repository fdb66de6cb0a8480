/** Bugs to plant, one at a time, in what the simulator runs: a checker that never complains proves nothing. */
export type Mutant = {
  readonly name: string;
  /** Below `packages/`. */
  readonly file: string;
  /** A text that is in the file exactly once, and what it becomes. */
  readonly find: string;
  readonly replace: string;
};

export const mutants: readonly Mutant[] = [
  {
    name: 'no fencing on replace',
    file: 'core/src/plan/launch.ts',
    find: 'const stopping = mustStop(context, step, work, pod);',
    replace: `if (work.replace && step.released !== true && instance.reservation !== undefined) {
    for (const task of mustStop(context, step, work, pod)) kill(context, task, 'a new one takes its place');
    const { reservation: _left, ...rest } = instance;
    putInstance(context, rest);
    putStep(context, { ...step, released: true });
    context.agenda.add('step:' + step.id);
    return;
  }
  const stopping = work.replace ? [] : mustStop(context, step, work, pod);`,
  },
  {
    name: 'launch before commit',
    file: 'scheduler/src/loop.ts',
    find: 'if (changes.size > 0) {',
    replace: `for (const action of actions.splice(0)) {
        if (action.type === 'answer') answer(action.requestId, action.answer);
        else if (action.type === 'forget') void forget();
        else perform(action, { ...options, questions, state, session, order, deliver });
      }
      if (changes.size > 0) {`,
  },
  {
    name: 'doubled status counted twice',
    file: 'core/src/task/status.ts',
    find: 'if (isEnded(task.state)) {',
    replace: 'if (isEnded(task.state) && !isEnded(status.state)) {',
  },
  {
    name: 'interrupt forgotten on restart',
    file: 'core/src/resume.ts',
    find: 'context.agenda.add(`run:${runId}`);',
    replace: `const { paused, ...run } = state.runs.get(runId);
    if (paused !== undefined) {
      state.runs.set(runId, run);
      context.changes.set('run/' + runId, run);
    }
    context.agenda.add('run:' + runId);`,
  },
  {
    name: 'MAX_PER counted per task',
    file: 'core/src/offer/rule.ts',
    find: 'const have = tallyOf(state, pod, field).at(value);',
    replace: `const spec = state.configs.get(state.service.targetConfigId).spec.pods.find(({ name }) => name === pod);
  const have = tallyOf(state, pod, field).at(value) * (spec?.tasks.length ?? 1);`,
  },
  {
    name: 'recovery using the target configuration',
    file: 'core/src/plan/recovery.ts',
    find: 'const config = state.configs.get(known.configId);',
    replace: 'const config = state.configs.get(state.service.targetConfigId);',
  },
  {
    name: 'backoff lost',
    file: 'core/src/plan/launch.ts',
    find: 'const { lastPorts: _lastPorts, ...rest } = instance;',
    replace: 'const { lastPorts: _lastPorts, backoff: _backoff, ...rest } = instance;',
  },
  {
    name: 'step order broken',
    file: 'core/src/plan/strategy.ts',
    find: 'for (let next = cursor; next < phase.stepIds.length; next += 1) {',
    replace: 'for (let next = phase.stepIds.length - 1; next >= cursor; next -= 1) {',
  },
  {
    name: 'orphan reservation',
    file: 'core/src/plan/release.ts',
    find: 'if (instance.reservation === undefined && instance.releasing === undefined) {',
    replace: 'if (instance.releasing === undefined) {',
  },
  {
    name: 'decommission of a wanted pod',
    file: 'core/src/plan/draft-configure.ts',
    find: '!hasInstance(specs.get(pod), index))',
    replace: '!hasInstance(specs.get(pod), index + 1))',
  },
  {
    name: 'gate skipped on resume',
    file: 'core/src/plan/launch.ts',
    find: "if (!isBroken(context, first.instance, pod) && !passes(context, step, 'stop', pod.gates.stop, first.instance))",
    replace: 'if (pod === undefined)',
  },
  {
    name: 'run resumed at the wrong step',
    file: 'core/src/resume.ts',
    find: 'if (!isBegun(step.status)) continue;',
    replace: `if (!isBegun(step.status)) continue;
        putStep(context, { ...rest, status: 'COMPLETE', endedMs: context.nowMs });
        continue;`,
  },
  {
    name: 'cleanup left out',
    file: 'core/src/plan/end-run.ts',
    find: 'if (cleanupOf(context.state, run).length === 0) {',
    replace: 'if (run.ended === undefined) {',
  },
];
