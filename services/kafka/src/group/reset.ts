/** Other offsets for a group that nobody is in now. */
import { PackageError, type PackageRequest } from '@warder/sdk';
import { OffsetTime } from '../client/api/list-offsets.ts';
import { offsetCommit } from '../client/api/offset-commit.ts';
import { offsetFetch } from '../client/api/offset-fetch.ts';
import { errorText } from '../client/error.ts';
import { count } from '../cluster/words.ts';
import { demand, wholeNumber, withCluster, type Cluster } from '../route/ask.ts';
import { spotName, type Spot } from '../route/leaders.ts';
import { offsetsAt } from '../route/topic-offsets.ts';
import { sorted, topicOf } from '../route/topic.ts';
import { groupErrors, groupOf, type Group } from './look.ts';

export type Reset = {
  readonly message: string;
  readonly dryRun: boolean;
  readonly group: string;
  readonly topic: string;
  readonly offsets: readonly ResetOffset[];
};

type ResetOffset = {
  readonly partition: number;
  /** Null: none was committed. */
  readonly before: string | null;
  readonly after: string;
  /** Why it is not what was asked for. */
  readonly note: string | null;
};

export const resetOffsets = (request: PackageRequest): Promise<Reset> =>
  withCluster(request, async (cluster) => {
    const id = request.params['group'] ?? '';
    const to = goalOf(request.query['to']);
    const group = await groupOf(cluster, id);
    demandEmpty(group);
    const spots = await spotsOf(request, cluster);
    const topic = spots[0]?.topic ?? '';
    const offsets = await plan(cluster, group, spots, to);
    const dryRun = request.query['dryRun'] === 'true';
    if (!dryRun) await commit(cluster, group, topic, offsets);
    const done = dryRun ? 'would have' : 'has';
    const message = `group ${id} ${done} other offsets in ${count(changed(offsets).length, 'partition')} of ${topic}`;
    return { message, dryRun, group: id, topic, offsets };
  });

const changed = (offsets: readonly ResetOffset[]): readonly ResetOffset[] =>
  offsets.filter(({ before, after }) => before !== after);

export const demandEmpty = ({ id, state, type }: Group): void => {
  if (type !== 'classic' && type !== 'consumer') {
    throw new PackageError('group-busy', `group ${id} is a ${type} group, whose offsets are not kept this way`, 409);
  }
  if (['Empty', 'Dead', ''].includes(state)) return;
  throw new PackageError('group-busy', `group ${id} is ${state}: it has members now, who would not notice`, 409);
};

type Goal = { readonly time: bigint } | { readonly offset: bigint };

const goalOf = (to: string | undefined): Goal => {
  if (to === 'earliest') return { time: OffsetTime.earliest };
  if (to === 'latest') return { time: OffsetTime.latest };
  if (to !== undefined && /^\d{1,18}$/.test(to)) return { offset: BigInt(to) };
  const time = to !== undefined && /^\d{4}-\d\d-\d\d/.test(to) ? Date.parse(to) : Number.NaN;
  if (time >= 0) return { time: BigInt(time) };
  const forms = 'earliest, latest, an offset (1234), or a time (2026-01-31T12:00:00Z)';
  throw new PackageError('input-invalid', `to is ${to === undefined ? 'missing' : `"${to}"`}: give ${forms}`);
};

const spotsOf = async (request: PackageRequest, cluster: Cluster): Promise<readonly Spot[]> => {
  const name = request.query['topic'];
  if (name === undefined)
    throw new PackageError('input-invalid', 'topic is missing: give the one whose offsets change');
  const topic = await topicOf(cluster, name);
  const all = sorted(topic).map(({ index }) => ({ topic: topic.name, partition: index }));
  if (request.query['partition'] === undefined) return all;
  const wanted = wholeNumber(request, 'partition', { min: 0, max: all.length - 1 });
  return all.filter(({ partition }) => partition === wanted);
};

const plan = async (
  cluster: Cluster,
  group: Group,
  spots: readonly Spot[],
  to: Goal,
): Promise<readonly ResetOffset[]> => {
  const [before, begins, ends] = await Promise.all([
    committedBy(cluster, group),
    offsetsAt(cluster, spots, OffsetTime.earliest),
    offsetsAt(cluster, spots, OffsetTime.latest),
  ]);
  const found = 'time' in to ? await offsetsAt(cluster, spots, to.time) : undefined;
  const failed = [begins, ends, ...(found === undefined ? [] : [found])].flatMap((each) => [...each.failed]);
  if (failed.length > 0) {
    const whys = failed.map(([name, why]) => `${name}: ${why}`).join('; ');
    throw new PackageError('kafka-unavailable', `nothing was changed, not all partitions can be asked: ${whys}`, 503);
  }
  return spots.map((spot) => {
    const name = spotName(spot);
    const begin = begins.given.get(name)?.offset ?? 0n;
    const end = ends.given.get(name)?.offset ?? 0n;
    const wanted = 'offset' in to ? to.offset : (found?.given.get(name)?.offset ?? -1n);
    const { offset, note } = within(wanted, begin, end);
    const old = before.get(name);
    return { partition: spot.partition, before: old === undefined ? null : String(old), after: String(offset), note };
  });
};

const within = (
  wanted: bigint,
  begin: bigint,
  end: bigint,
): { readonly offset: bigint; readonly note: string | null } => {
  if (wanted < 0n) return { offset: end, note: 'no record is that new: its end' };
  if (wanted < begin) return { offset: begin, note: `it begins at ${begin}` };
  if (wanted > end) return { offset: end, note: `it ends at ${end}` };
  return { offset: wanted, note: null };
};

const committedBy = async (cluster: Cluster, { id, coordinator }: Group): Promise<ReadonlyMap<string, bigint>> => {
  const answer = await coordinator.node.call(offsetFetch, { group: id }, cluster.signal);
  demand(`the offsets of group ${id}`, answer, groupErrors);
  const committed = answer.offsets.filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n);
  return new Map(committed.map((each) => [spotName(each), each.offset]));
};

const commit = async (
  cluster: Cluster,
  { id, coordinator }: Group,
  topic: string,
  offsets: readonly ResetOffset[],
): Promise<void> => {
  const changes = changed(offsets).map(({ partition, after }) => ({ partition, offset: BigInt(after) }));
  if (changes.length === 0) return;
  const results = await coordinator.node.call(offsetCommit, { group: id, topic, offsets: changes }, cluster.signal);
  const refused = results.filter(({ errorCode }) => errorCode !== 0);
  const [first] = refused;
  if (first === undefined) return;
  const done = results.length - refused.length;
  const whys = refused.map(({ partition, errorCode }) => `${topic}-${partition}: ${errorText(errorCode, null)}`);
  const what = `group ${id}: ${done} of ${count(results.length, 'offset')} were set, the others not (${whys.join('; ')})`;
  demand(what, first, groupErrors);
};
