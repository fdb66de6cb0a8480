/** The plan that brings a cluster from ZooKeeper to controllers of its own: everything that has to happen, in order. */
import { approve, call, configure, PackageError, phase, wait } from '@warder/sdk';
import type { MadePhase, MadePlan, MadePlanContext, MadeStep, ServiceView } from '@warder/sdk';
import { patient, withClient } from '../client/client.ts';
import { isOfZooKeeper, standardAuthorizer } from '../properties.ts';
import { readOptions, type KafkaOptions } from '../options.ts';
import { problemsOf } from './preflight.ts';
import { stageOf, type Stage } from './stage.ts';
import { readWish, wishParams, type Wish } from './wish.ts';
import { hasChroot } from './znodes.ts';

export const migratePlan: MadePlan = {
  summary: 'brings the metadata from ZooKeeper to controllers of its own, and leaves ZooKeeper once a person agrees',
  params: wishParams,
  rollback: 'migrate-back',
  make: async (context) => {
    const { stage, wish, options, problems } = await look(context);
    if (problems.length > 0) throw refused(context.service, problems.join('; '));
    return { strategy: 'serial', phases: phasesOf(stage, wish, options) };
  },
  review: async (context) => {
    const { stage, options } = await look(context);
    return reviewOf(stage, options, context.service.name);
  },
};

const look = async ({ service, params, signal }: MadePlanContext) => {
  const wish = readWish(params);
  const options = readOptions(service.options);
  const stage = stageOf(options);
  if (stage === 'leaving') throw refused(service, `it is on its way back: warder ${service.name} migrate --back first`);
  if (stage === 'done' && (options.zookeeper.connect === '' || !(await hasChroot(service, signal))))
    throw new PackageError('already', `${service.name} has controllers of its own, and nothing in ZooKeeper`, 409);
  const problems =
    stage === 'none' ? await withClient(patient, (client) => problemsOf(client, service, wish, signal)) : [];
  return { stage, wish, options, problems };
};

const refused = ({ name }: ServiceView, why: string): PackageError =>
  new PackageError('migrate-refused', `${name} cannot be migrated: ${why}`, 409);

/** What lies behind is left out. The stage that it is at is brought once more: it may not have come to its end. */
export const phasesOf = (stage: Stage, wish: Wish, options: KafkaOptions): readonly MadePhase[] => {
  const way: Readonly<Record<string, readonly MadePhase[]>> = {
    none: [phase<MadeStep>('pre-flight', {}, call('migration-pre-flight', { args: wish }))],
    controllers: [phase<MadeStep>('controllers', {}, to('controllers'), wait('controllers-ready'))],
    brokers: [phase<MadeStep>('brokers', {}, to('brokers'), wait('metadata-migrated'))],
    kraft: [
      phase<MadeStep>('kraft', {}, to('kraft'), wait('brokers-on-kraft')),
      phase<MadeStep>('soak', {}, wait('brokers-on-kraft', { soakMs: wish.soakMs })),
    ],
    done: [phase<MadeStep>('finalise', {}, ...(stage === 'done' ? [] : [approve(door)]), ...lastSteps(options))],
  };
  const order = Object.keys(way);
  // From the middle of the way back to the brokers it goes on where that began.
  const from = stage === 'returning' ? 'kraft' : stage;
  return order.slice(order.indexOf(from)).flatMap((each) => way[each] ?? []);
};

const door =
  'finalises the migration: the controllers leave ZooKeeper, and what the cluster has there is removed; for good, there is no way back to ZooKeeper';

const to = (migration: Exclude<Stage, 'done'>): MadeStep => configure(migration, { options: { kafka: { migration } } });

const lastSteps = (options: KafkaOptions): readonly MadeStep[] => [
  {
    ...configure('kraft-alone', { options: { kafka: lastOptions(options) } }),
    oneWay: 'its controllers have left ZooKeeper',
  },
  wait('controllers-alone'),
  call('leave-zookeeper', { oneWay: 'what the cluster had in ZooKeeper is removed' }),
];

/** Null takes away. */
export const lastOptions = ({ kafka, extra }: KafkaOptions): Readonly<Record<string, unknown>> => {
  const own = Object.entries(extra).flatMap(([key, value]): readonly (readonly [string, string | null])[] => {
    if (isOfZooKeeper(key)) return [[key, null]];
    const kept = standardAuthorizer(key, value);
    return kept === value ? [] : [[key, kept]];
  });
  return {
    metadata: 'kraft',
    migration: 'none',
    ...('inter_broker_protocol_version' in kafka ? { inter_broker_protocol_version: null } : {}),
    ...(own.length === 0 ? {} : { extra: Object.fromEntries(own) }),
  };
};

/** What a dry run says besides its steps. */
export const reviewOf = (stage: Stage, { controllers }: KafkaOptions, service: string): readonly string[] => {
  if (stage === 'done') return ['what is left to be done is for good: there is no way back to ZooKeeper'];
  const { count, memory } = controllers;
  return [
    `until its approval \`plan rollback migrate\` (or \`warder ${service} migrate --back\`) goes back to ZooKeeper; afterwards nothing does`,
    ...(stage === 'none' ? [`${count} controllers with ${memory} MiB each come besides the brokers, and stay`] : []),
    'take a week or two before you approve: while brokers and ZooKeeper agree, nothing is lost by waiting',
  ];
};
