/** Groups of consumers. */
import type { PackageRequest, PackageRoute } from '@warder/sdk';
import type { GroupMember } from '../client/api/describe-groups.ts';
import { deleteGroups } from '../client/api/delete-groups.ts';
import { offsetFetch } from '../client/api/offset-fetch.ts';
import { demand, withCluster } from '../route/ask.ts';
import { spotName } from '../route/leaders.ts';
import type { Done } from '../route/topic.ts';
import { readLag, type PartitionLag } from './lag.ts';
import { detailOf, groupErrors, groupOf, readGroups, type GroupsByBroker } from './look.ts';
import { demandEmpty, resetOffsets } from './reset.ts';

export type GroupDescription = {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly assignor: string;
  /** The id of the broker. */
  readonly coordinator: number;
  readonly members: readonly GroupMember[];
  readonly offsets: readonly (PartitionLag & {
    /** Who reads it now. */
    readonly member: string | null;
  })[];
  /** What is not told of such a group. */
  readonly note: string | null;
};

const list = (request: PackageRequest): Promise<GroupsByBroker> => withCluster(request, readGroups);

const describe = (request: PackageRequest): Promise<GroupDescription> =>
  withCluster(request, async (cluster) => {
    const group = await groupOf(cluster, request.params['group'] ?? '');
    const { id, type, state, coordinator } = group;
    const detail = await detailOf(cluster, group);
    if (detail === undefined) {
      const note = `a ${type} group: its members and offsets are not told here`;
      return { id, type, state, assignor: '', coordinator: coordinator.id, members: [], offsets: [], note };
    }
    const committed = await coordinator.node.call(offsetFetch, { group: id }, cluster.signal);
    demand(`the offsets of group ${id}`, committed, groupErrors);
    const readers = new Map(
      detail.members.flatMap((member) =>
        member.assigned.flatMap(({ topic, partitions }) =>
          partitions.map((partition) => [spotName({ topic, partition }), member] as const),
        ),
      ),
    );
    const lags = await readLag(
      cluster,
      [...committed.offsets, ...unread(readers.keys(), committed.offsets)],
      Date.now(),
    );
    const offsets = lags
      .toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
      .map((each) => ({ ...each, member: readers.get(spotName(each))?.id ?? null }));
    return {
      id,
      type,
      state: detail.state,
      assignor: detail.assignor,
      coordinator: coordinator.id,
      members: detail.members,
      offsets,
      note: null,
    };
  });

type Committed = Parameters<typeof readLag>[1];

/** What a member reads and the group has committed nothing of. */
const unread = (names: Iterable<string>, committed: Committed): Committed => {
  const known = new Set(committed.map(spotName));
  return [...names]
    .filter((name) => !known.has(name))
    .map((name) => {
      const at = name.lastIndexOf('-');
      return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)), errorCode: 0, offset: -1n };
    });
};

const remove = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const group = await groupOf(cluster, request.params['group'] ?? '');
    demandEmpty(group);
    const groups = [group.id];
    const [result] = await group.coordinator.node.call(deleteGroups, { groups }, cluster.signal);
    if (result) demand(`group ${group.id} was not deleted`, result, groupErrors);
    return { message: `group ${group.id} and its offsets deleted` };
  });

export const groupRoutes: readonly PackageRoute[] = [
  { method: 'GET', path: '/groups', summary: 'The groups of consumers', handle: list },
  { method: 'GET', path: '/groups/{group}', summary: 'Members, offsets and lag of a group', handle: describe },
  {
    method: 'DELETE',
    path: '/groups/{group}',
    summary: 'Delete a group without members, and its offsets',
    handle: remove,
  },
  {
    method: 'PUT',
    path: '/groups/{group}/operation/reset-offsets',
    summary: 'Set the offsets of a group without members',
    query: {
      topic: 'whose offsets',
      partition: 'only this one',
      to: 'earliest, latest, an offset, or a time as 2026-01-31T12:00:00Z',
      dryRun: 'true: nothing is changed',
    },
    handle: resetOffsets,
  },
];
