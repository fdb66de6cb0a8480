/** What may not change about where the metadata is, and what may not change while it moves. */
import type { ConfigView } from '@warder/sdk';
import { chrootOf } from '../metadata.ts';
import { readOptions } from '../options.ts';
import { isUnderWay, mayFollow, stageOf, type Stage } from './stage.ts';

export const migrationRefusals = (from: ConfigView, to: ConfigView): readonly string[] => {
  const [before, after] = [stageOf(readOptions(from.options)), stageOf(readOptions(to.options))];
  if (!mayFollow(before, after)) return [jump(from.spec.name, before, after)];
  if (before === 'done') return [];
  if (!isUnderWay(before) && !isUnderWay(after)) return fixed(from, to, ['zookeeper.chroot']);
  return fixed(from, to, moving);
};

/** None of it may change between the first stage and the last. */
const moving = ['zookeeper.chroot', 'brokers.count', 'version', 'kafka.inter_broker_protocol_version'] as const;

type Fixed = (typeof moving)[number];

const why: Readonly<Record<Fixed, string>> = {
  'zookeeper.chroot': 'the metadata of the cluster is there',
  'brokers.count': 'first bring the migration to its end, or back',
  version: 'first bring the migration to its end, or back',
  'kafka.inter_broker_protocol_version': 'first bring the migration to its end, or back',
};

const fixed = (from: ConfigView, to: ConfigView, what: readonly Fixed[]): readonly string[] => {
  const [old, fresh] = [valuesOf(from), valuesOf(to)];
  return what.flatMap((key) =>
    old[key] === fresh[key] || isGone(key, to)
      ? []
      : [`${key} cannot change (${old[key]} -> ${fresh[key]}): ${why[key]}`],
  );
};

/** Controllers of the cluster's own know no such thing, so it goes with the last stage. */
const isGone = (key: Fixed, { options }: ConfigView): boolean =>
  readOptions(options).metadata === 'kraft' &&
  (key === 'zookeeper.chroot' || key === 'kafka.inter_broker_protocol_version');

const valuesOf = ({ options, version, spec }: ConfigView): Readonly<Record<Fixed, string>> => {
  const { brokers, kafka, ...rest } = readOptions(options);
  return {
    'zookeeper.chroot': chrootOf(spec.name, { ...rest, brokers, kafka }),
    'brokers.count': String(brokers.count),
    version,
    'kafka.inter_broker_protocol_version': String(kafka['inter_broker_protocol_version'] ?? 'that of the version'),
  };
};

const jump = (service: string, from: Stage, to: Stage): string => {
  const migrate = `warder ${service} migrate`;
  if (from === 'done')
    return `kafka.metadata cannot change (kraft -> zookeeper): the metadata is with controllers of its own for good; install another cluster and move`;
  if (to === 'done' && from === 'none')
    return `kafka.metadata cannot change (zookeeper -> kraft) by an update: ${migrate} brings the cluster there`;
  const isBack = to === 'none' || to === 'leaving' || to === 'returning';
  const way = isBack ? `${migrate} --back, or roll its plan back` : migrate;
  const text = to === 'done' ? 'kafka.metadata cannot become kraft' : `kafka.migration cannot become ${to}`;
  return `${text} from stage ${from}, for there is more in between: ${way}`;
};
