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
    name: 'launch before commit',
    file: 'scheduler/src/loop.ts',
    find: 'if (changes.size > 0) {',
    replace: `for (const action of actions.splice(0)) {
        if (action.type === 'answer') answer(action.requestId, action.answer);
        else if (action.type === 'forget') void forget();
        else perform(action, { ...options, state, session, deliver });
      }
      if (changes.size > 0) {`,
  },
];
