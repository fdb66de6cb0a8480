/** The code of the package, with everything that it answers told to the checkers. */
import type { Batches, PackageCode } from '@warder/scheduler';
import type { CallRecord, GateRecord, ProbeRecord } from '@warder/sim/kit';

export type Listener = {
  readonly now: () => number;
  readonly trace: (text: string) => void;
  readonly asking: (instance: string, moment: string) => void;
  readonly gate: (record: GateRecord) => void;
  readonly probe: (record: ProbeRecord) => void;
  readonly call: (record: CallRecord) => void;
  /** It is asked which instances may restart together; to be told what it says. */
  readonly batching: () => (batches: Awaited<ReturnType<Batches>>) => void;
};

export const watched = (code: PackageCode, listener: Listener): PackageCode => ({
  ...code,
  ...rolls(code, listener),
  gates: mapped(code.gates, (gate) => async (context) => {
    const { stepId, moment, instance } = context;
    listener.asking(instance.name, moment);
    const answer = await gate(context);
    const how = answer.open ? 'open' : 'closed';
    listener.trace(`gate ${moment} of ${instance.name} ${how}: ${answer.reason}`);
    listener.gate({ atMs: listener.now(), stepId, instance: instance.name, moment, open: answer.open });
    return answer;
  }),
  probes: mapped(code.probes, (probe) => async (context) => {
    const answer = await probe(context);
    listener.trace(`probe of ${context.stepId} ${answer.open ? 'open' : 'closed'}: ${answer.reason}`);
    listener.probe({ stepId: context.stepId, open: answer.open });
    return answer;
  }),
  procedures: mapped(code.procedures, (procedure) => async (context) => {
    const answer = await procedure(context);
    listener.call({ stepId: context.stepId, done: true });
    return answer;
  }),
});

const rolls = (
  { batches, cost }: PackageCode,
  { trace, batching }: Listener,
): Pick<PackageCode, 'batches' | 'cost'> => ({
  ...(batches === undefined
    ? {}
    : {
        batches: async (context) => {
          const judge = batching();
          const answer = await batches(context);
          trace(`batches of at most ${context.max}: ${JSON.stringify(answer)}`);
          judge(answer);
          return answer;
        },
      }),
  ...(cost === undefined
    ? {}
    : {
        cost: async (context) => {
          const answer = await cost(context);
          trace(`cost ${JSON.stringify(answer)}`);
          return answer;
        },
      }),
});

const mapped = <T>(parts: Readonly<Record<string, T>> = {}, change: (part: T) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]));
