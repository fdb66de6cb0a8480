/** What has to be well in any cluster before an upgrade goes on. */
import type { ProbeAnswer, ServiceView } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { partitionNames } from '../cluster/safety.ts';
import type { ClusterView } from '../cluster/view.ts';
import { count } from '../cluster/words.ts';
import { compareVersions } from './release.ts';

export const closed = (reason: string): ProbeAnswer => ({ open: false, reason });

/** Once the new version is there, somebody may still go back from it by himself: what waits for it would do so for ever. */
export const leftText = ({ version }: ServiceView, to: string): string | undefined =>
  compareVersions(version, to) >= 0
    ? undefined
    : `Kafka ${version} is wanted by now, not ${to}: end this run (plan cancel upgrade), or bring ${to} again (package update --version ${to})`;

/** Undefined: every broker is registered, and every partition is led and in sync. */
export const unwellText = (service: ServiceView, { up, partitions }: ClusterView): string | undefined => {
  const away = brokers(service).filter(({ id, launched }) => launched && !up.has(id));
  const offline = partitions.filter(({ leader }) => leader < 0);
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  if (away.length > 0) return `not in the cluster: ${away.map(({ instance }) => instance).join(', ')}`;
  if (offline.length > 0) return `${count(offline.length, 'partition')} without a leader: ${partitionNames(offline)}`;
  if (behind.length > 0) return `${count(behind.length, 'partition')} not in sync: ${partitionNames(behind)}`;
  return undefined;
};
