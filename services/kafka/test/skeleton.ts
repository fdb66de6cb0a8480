/** What service.yml comes to, as far as the code of the package looks at it. */
import { readFile } from 'node:fs/promises';
import type { PodSpec, ServiceSpec } from '@warder/sdk';

const files = ['start.sh', 'voters.sh', 'kafka.properties', 'log4j.properties', 'log4j2.properties', 'ready.sh'];

type Shape = { readonly combined: boolean; readonly brokers: number; readonly controllers: number };

export const skeleton = async ({ combined, brokers, controllers }: Shape): Promise<ServiceSpec> => {
  const configs = await Promise.all(
    files.map(async (name) => {
      const template = await readFile(
        new URL(`../templates/${combined && name === 'voters.sh' ? 'voters-combined.sh' : name}`, import.meta.url),
        'utf8',
      );
      return { name, dest: name, template };
    }),
  );
  const pod = (name: string, count: number): PodSpec => ({
    name,
    count,
    allowDecommission: false,
    uris: [],
    rlimits: [],
    resourceSets: [{ name: 'server', cpus: 0.5, memoryMiB: 512, ports: [], volumes: [] }],
    tasks: [
      {
        name: 'server',
        goal: 'RUNNING',
        essential: true,
        cmd: 'exec sh ./start.sh',
        env: { KAFKA_ROLE: name },
        configs,
        resourceSet: 'server',
        killGraceMs: 60_000,
        labels: {},
      },
    ],
    gates: { stop: ['stop-safe'], replace: ['replace-safe'], start: ['in-sync'] },
  });
  const pods = combined ? [pod('broker', brokers)] : [pod('controller', controllers), pod('broker', brokers)];
  return { name: 'kafka', user: 'nobody', pods, plans: [] };
};
