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
