/** What there is to measure of the server: its process, its agents, and every service. */
import type { Metric } from '@warder/scheduler';
import type { Host } from '../host.ts';
import { gauge, serviceMetrics } from './service.ts';
import { withLabel } from './text.ts';
import type { Traffic } from './traffic.ts';

export async function serverMetrics(host: Host, traffic: Traffic): Promise<readonly Metric[]> {
  const services = await Promise.all(
    host.services().map(async ({ name, scheduler }) => {
      const open = gauge('warder_service_open', 'Whether the service could be opened', scheduler === undefined ? 0 : 1);
      const metrics = scheduler === undefined ? [] : await serviceMetrics(scheduler);
      return withLabel([open, ...metrics], 'service', name);
    }),
  );
  return [...processMetrics(host), ...traffic.metrics(), ...agentMetrics(host), ...services.flat()];
}

function processMetrics(host: Host): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { startedMs, version } = host.info();
  return [
    gauge('warder_info', 'The version', 1, { version }),
    gauge('process_start_time_seconds', 'When the server began, since 1970', startedMs / 1000),
    gauge('process_resident_memory_bytes', 'Memory of the server', process.memoryUsage.rss()),
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the server',
      type: 'counter',
      value: (user + system) / 1_000_000,
    },
  ];
}

const agentMetrics = (host: Host): readonly Metric[] =>
  host
    .agents()
    .flatMap(({ offer, total }) =>
      withLabel(
        [
          gauge('warder_agent_up', 'Whether the agent answers', offer.state === 'up' ? 1 : 0),
          gauge('warder_agent_cpus_free', 'Processors that nobody has reserved', offer.cpus),
          gauge('warder_agent_cpus', 'Processors', total.cpus),
          gauge('warder_agent_memory_free_bytes', 'Memory that nobody has reserved', offer.memoryMiB * MiB),
          gauge('warder_agent_memory_bytes', 'Memory', total.memoryMiB * MiB),
          gauge('warder_agent_disk_free_bytes', 'Disk that nobody has reserved', offer.diskMiB * MiB),
          gauge('warder_agent_disk_bytes', 'Disk', total.diskMiB * MiB),
        ],
        'agent',
        offer.agentId,
      ),
    );

const MiB = 1024 * 1024;
