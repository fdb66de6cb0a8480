/** What the members say of themselves, for Prometheus. */
import type { Metric, PackageCode } from '@warder/sdk';
import { readEnsemble, type Seen } from './ensemble.ts';

type Told = Pick<Metric, 'help' | 'type'> & { readonly of: string };

/** Of all that `mntr` tells, what people watch. */
const told: Readonly<Record<string, Told>> = {
  zookeeper_znodes: { of: 'znode_count', type: 'gauge', help: 'Znodes that the member keeps.' },
  zookeeper_data_bytes: { of: 'approximate_data_size', type: 'gauge', help: 'Size of their data, roughly.' },
  zookeeper_ephemerals: { of: 'ephemerals_count', type: 'gauge', help: 'Znodes that end with a session.' },
  zookeeper_watches: { of: 'watch_count', type: 'gauge', help: 'Watches of its clients.' },
  zookeeper_connections: { of: 'num_alive_connections', type: 'gauge', help: 'Connections of clients.' },
  zookeeper_outstanding_requests: { of: 'outstanding_requests', type: 'gauge', help: 'Requests that wait.' },
  zookeeper_latency_average_ms: { of: 'avg_latency', type: 'gauge', help: 'Average time of a request.' },
  zookeeper_latency_max_ms: { of: 'max_latency', type: 'gauge', help: 'Longest time of a request.' },
  zookeeper_packets_received_total: { of: 'packets_received', type: 'counter', help: 'Packets from clients.' },
  zookeeper_packets_sent_total: { of: 'packets_sent', type: 'counter', help: 'Packets to clients.' },
  zookeeper_open_files: {
    of: 'open_file_descriptor_count',
    type: 'gauge',
    help: 'Files and connections it holds open.',
  },
};

export const metrics: NonNullable<PackageCode['metrics']> = async ({ service, signal }) => {
  const { members, leader } = await readEnsemble(service, signal);
  const each = members.flatMap((member) => metricsOf(member));
  const synced = members.filter(({ inSync }) => inSync).length;
  return [
    { name: 'zookeeper_members_in_sync', help: 'Members that serve and are in sync.', type: 'gauge', value: synced },
    { name: 'zookeeper_has_leader', help: '1: the ensemble has a leader.', type: 'gauge', value: leader ? 1 : 0 },
    ...each,
  ];
};

const metricsOf = ({ instance, inSync, report }: Seen): readonly Metric[] => {
  const labels = { instance };
  const values = Object.entries(told).flatMap(([name, { of, type, help }]): readonly Metric[] => {
    const value = report?.values.get(of);
    return value === undefined ? [] : [{ name, help, type, labels, value }];
  });
  const help = '1: the member serves and is in sync.';
  return [{ name: 'zookeeper_in_sync', help, type: 'gauge', labels, value: inSync ? 1 : 0 }, ...values];
};
