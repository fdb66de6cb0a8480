/** Asking several nodes the same, when some of them may not answer. */

export type Answers<From, Answer> = {
  readonly given: readonly { readonly from: From; readonly answer: Answer }[];
  readonly failed: readonly { readonly from: From; readonly why: string }[];
};

/** Ask one after the other, `want` at a time, until so many have answered or nobody is left. Never rejects. */
export const firstAnswers = async <From, Answer>(
  from: readonly From[],
  want: number,
  ask: (from: From) => Promise<Answer>,
): Promise<Answers<From, Answer>> => {
  const given: { from: From; answer: Answer }[] = [];
  const failed: { from: From; why: string }[] = [];
  const waiting = [...from];
  const askOne = async (): Promise<void> => {
    while (given.length < want) {
      const next = waiting.shift();
      if (next === undefined) return;
      try {
        given.push({ from: next, answer: await ask(next) });
        return;
      } catch (error) {
        failed.push({ from: next, why: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(want, from.length) }, askOne));
  return { given, failed };
};

/** Ask all of them, eight at a time. Never rejects. */
export const allAnswers = async <From, Answer>(
  from: readonly From[],
  ask: (from: From) => Promise<Answer>,
): Promise<Answers<From, Answer>> => {
  const given: { from: From; answer: Answer }[] = [];
  const failed: { from: From; why: string }[] = [];
  const waiting = [...from];
  const askInTurn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        given.push({ from: next, answer: await ask(next) });
      } catch (error) {
        failed.push({ from: next, why: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, askInTurn));
  return { given, failed };
};
