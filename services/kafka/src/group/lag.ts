/** How far a group is behind: in offsets, and in the time since the next record was written. */
import { fetchRecords, type Fetched, type FetchFrom } from '../client/api/fetch.ts';
import { OffsetTime } from '../client/api/list-offsets.ts';
import type { CommittedOffset } from '../client/api/offset-fetch.ts';
import { errorText } from '../client/error.ts';
import type { Cluster } from '../route/ask.ts';
import { askLeaders, spotName } from '../route/leaders.ts';
import { offsetsAt } from '../route/topic-offsets.ts';
import { recordTimeAt } from './record-time.ts';

export type PartitionLag = {
  readonly topic: string;
  readonly partition: number;
  /** Offsets as texts: they may be more than a number holds. Null: none was committed, or it is not known. */
  readonly committed: string | null;
  readonly end: string | null;
  readonly lag: string | null;
  /** Since the next record to be read was written, by the clock of this server. Null: not known. */
  readonly lagSeconds: number | null;
  /** `batch`: the record may be newer than its compressed batch, so it is this at most. */
  readonly lagFrom: 'record' | 'batch' | 'end' | null;
  /** What is not as it should be, or not known, and why. */
  readonly note: string | null;
};

/** A record's time is in the first bytes of its batch, but for large batches that are not compressed. */
const bytesEach = 16_384;

/** Of one request. */
const bytesMax = 4_194_304;

const partitionsEach = 100;

export const readLag = async (
  cluster: Cluster,
  offsets: readonly CommittedOffset[],
  nowMs: number,
): Promise<readonly PartitionLag[]> => {
  const told = offsets.filter(({ errorCode }) => errorCode === 0);
  const known = told.filter(({ offset }) => offset >= 0n);
  const [ends, begins] = await Promise.all([
    offsetsAt(cluster, told, OffsetTime.latest),
    offsetsAt(cluster, known, OffsetTime.earliest),
  ]);
  const placed = new Map(
    known.map((each) => {
      const begin = begins.given.get(spotName(each))?.offset ?? 0n;
      const next = each.offset < begin ? begin : each.offset;
      return [spotName(each), { ...each, next, end: ends.given.get(spotName(each))?.offset }] as const;
    }),
  );
  const behind = [...placed.values()].filter(({ next, end }) => end !== undefined && next < end);
  const records = await recordsAt(
    cluster,
    behind.map(({ topic, partition, next }) => ({ topic, partition, offset: next })),
  );
  return offsets.map((each) => {
    const spot = spotName(each);
    const place = placed.get(spot);
    const none = { topic: each.topic, partition: each.partition, lagSeconds: null, lagFrom: null };
    if (each.errorCode !== 0) {
      const note = `its offset cannot be read: ${errorText(each.errorCode, null)}`;
      return { ...none, committed: null, end: null, lag: null, note };
    }
    const committed = each.offset < 0n ? null : String(each.offset);
    if (place?.end === undefined) {
      const note =
        committed === null ? 'nothing was committed' : `its end is not known: ${ends.failed.get(spot) ?? ''}`;
      const end = ends.given.get(spot)?.offset;
      return { ...none, committed, end: end === undefined ? null : String(end), lag: null, note };
    }
    const lag = place.end - place.next;
    return {
      ...none,
      committed,
      end: String(place.end),
      lag: String(lag < 0n ? 0n : lag),
      ...timeOf(place, records, nowMs),
      ...(lag <= 0n ? { lagSeconds: 0, lagFrom: 'end' as const } : {}),
      note: noteOf(place, place.end, records.failed.get(spot)),
    };
  });
};

type Placed = CommittedOffset & { readonly next: bigint };

type Records = Awaited<ReturnType<typeof recordsAt>>;

const timeOf = (place: Placed, records: Records, nowMs: number): Pick<PartitionLag, 'lagSeconds' | 'lagFrom'> => {
  const fetched = records.given.get(spotName(place));
  const time = fetched && recordTimeAt(fetched.records, place.next);
  if (time === undefined) return { lagSeconds: null, lagFrom: null };
  // The clock of who wrote it may be ahead of ours.
  const seconds = Math.max(0, Math.round((nowMs - time.timestampMs) / 1000));
  return { lagSeconds: seconds, lagFrom: time.exact ? 'record' : 'batch' };
};

const noteOf = (place: Placed, end: bigint, failed: string | undefined): string | null => {
  if (place.offset > end) return `committed beyond the end: records were lost, or the topic was made anew`;
  if (place.offset < place.next)
    return `records ${place.offset} to ${place.next - 1n} were deleted before they were read`;
  return failed === undefined ? null : `the next record cannot be read: ${failed}`;
};

const recordsAt = (cluster: Cluster, from: readonly FetchFrom[]): ReturnType<typeof askLeaders<FetchFrom, Fetched>> =>
  askLeaders(cluster, from, async (node, led) => {
    const found: Fetched[] = [];
    for (let at = 0; at < led.length; at += partitionsEach) {
      const request = { from: led.slice(at, at + partitionsEach), bytesEach, bytesMax };
      const { errorCode, partitions } = await node.call(fetchRecords, request, cluster.signal);
      if (errorCode !== 0) throw new Error(errorText(errorCode, null));
      found.push(...partitions);
    }
    return found;
  });
