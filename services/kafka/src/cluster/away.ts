/** Which other brokers are away, whatever the cluster still thinks of them. Pure. */
import type { Answers } from './answer.ts';
import type { Member } from './member.ts';
import type { ClusterView } from './view.ts';

export type Away = { readonly id: number; readonly instance: string; readonly text: string };

export type AwayInput = {
  /** The broker that is to stop. */
  readonly broker: number;
  /** Whose absence is counted elsewhere. */
  readonly gone: ReadonlySet<number>;
  readonly others: readonly Member[];
  readonly view: Pick<ClusterView, 'up' | 'fenced'>;
  /** Each of the others was asked itself: one that hangs stays in the cluster for some seconds. */
  readonly pings: Answers<Member, unknown>;
};

export const awayOf = ({ broker, gone, others, view, pings }: AwayInput): readonly Away[] => {
  const running = others.filter(({ launched, address }) => launched && address !== undefined);
  const known = running.flatMap((member): readonly Away[] => {
    const { id, instance } = member;
    if (view.fenced.has(id)) return [{ id, instance, text: `${instance} is fenced` }];
    if (!view.up.has(id)) return [{ id, instance, text: `${instance} is not in the cluster` }];
    const silent = pings.failed.find((each) => each.from.id === id);
    return silent === undefined ? [] : [{ id, instance, text: `${instance} does not answer (${silent.why})` }];
  });
  // As long as its session lasts, what is being replaced or was taken away counts as in sync.
  const ghosts = [...view.up].filter(
    (id) => id !== broker && !gone.has(id) && !running.some((member) => member.id === id),
  );
  return [
    ...known,
    ...ghosts.map((id) => {
      const instance = others.find((member) => member.id === id)?.instance ?? `broker-${id}`;
      return { id, instance, text: `${instance} is in the cluster still, and nothing of it runs` };
    }),
  ];
};
