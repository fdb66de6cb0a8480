/** Yes or no, with the reason and what it is made of: what `debug offers` and `debug why` print. */
export type Outcome = {
  readonly check: string;
  readonly passed: boolean;
  readonly reason: string;
  readonly children: readonly Outcome[];
};

/** One evaluation of one agent's offer for one pod instance. */
export type Evaluation = {
  readonly atMs: number;
  readonly instance: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly outcome: Outcome;
};

/** A test of an offer for a pod. It is put into words only where somebody reads it: a search makes thousands. */
export type Check = {
  readonly name: string;
  readonly passed: boolean;
  readonly reason: () => string;
  readonly children?: readonly Check[];
};

export const outcomeOf = ({ name, passed, reason, children = [] }: Check): Outcome => ({
  check: name,
  passed,
  reason: reason(),
  children: children.map(outcomeOf),
});
