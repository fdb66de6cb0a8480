/** The ensemble and its members, for people. */
import { PackageError, type PackageRequest, type PackageRoute, type ServiceView } from '@warder/sdk';
import { readEnsemble, stateOf, type Ensemble, type Seen } from './ensemble.ts';
import { connectOf } from './member.ts';
import { majorityOf, stopVerdict } from './verdict.ts';

export type MemberSummary = {
  readonly id: number;
  readonly instance: string;
  /** `host:port` for clients. */
  readonly address: string | null;
  readonly role: 'leader' | 'follower' | 'standalone' | null;
  readonly inSync: boolean;
  readonly state: string;
  /** The last change that it has applied, in hexadecimal; null: not asked. */
  readonly zxid: string | null;
  readonly connections: number | null;
  readonly znodes: number | null;
};

export type EnsembleStatus = {
  readonly serves: boolean;
  readonly leader: string | null;
  readonly inSync: number;
  readonly quorum: number;
  readonly members: readonly MemberSummary[];
  /** For clients. */
  readonly connect: string;
};

export type MemberDetail = MemberSummary & {
  readonly version: string;
  readonly mayStop: { readonly open: boolean; readonly reason: string };
  /** Everything that the member tells in numbers. */
  readonly values: Readonly<Record<string, number>>;
};

const summaryOf = (member: Seen): MemberSummary => {
  const { id, instance, address, inSync, report, zxid } = member;
  return {
    id,
    instance,
    address: address === undefined ? null : `${address.host}:${address.port}`,
    role: report?.role ?? null,
    inSync,
    state: stateOf(member),
    zxid: zxid === undefined ? null : `0x${zxid.toString(16)}`,
    connections: report?.values.get('num_alive_connections') ?? null,
    znodes: report?.values.get('znode_count') ?? null,
  };
};

const statusOf = (service: ServiceView, { members, leader }: Ensemble): EnsembleStatus => {
  const inSync = members.filter((each) => each.inSync).length;
  const quorum = majorityOf(members.length);
  return {
    serves: leader !== undefined && inSync >= quorum,
    leader: leader?.instance ?? null,
    inSync,
    quorum,
    members: members.map(summaryOf),
    connect: connectOf(service),
  };
};

const ensemble = async ({ service, signal }: PackageRequest): Promise<EnsembleStatus> =>
  statusOf(service, await readEnsemble(service, signal));

const list = async (request: PackageRequest): Promise<readonly MemberSummary[]> => (await ensemble(request)).members;

const get = async ({ service, params, signal }: PackageRequest): Promise<MemberDetail> => {
  const seen = await readEnsemble(service, signal);
  const member = seen.members.find(({ id }) => String(id) === params['id']);
  if (member === undefined) {
    const next = `see the members: warder ${service.name} member list`;
    throw new PackageError('member-unknown', `there is no member ${params['id']}`, 404, next);
  }
  const { open, reason } = stopVerdict(member.instance, seen, []);
  return {
    ...summaryOf(member),
    version: member.report?.version ?? '',
    mayStop: { open, reason },
    values: Object.fromEntries(member.report?.values ?? []),
  };
};

export const routes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/ensemble',
    summary: 'Whether the ensemble serves, who leads, and its members',
    handle: ensemble,
  },
  { method: 'GET', path: '/members', summary: 'The members of the ensemble', handle: list },
  { method: 'GET', path: '/members/{id}', summary: 'One member, with everything that it tells of itself', handle: get },
];
