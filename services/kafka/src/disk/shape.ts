/** Several volumes for each broker, with a log dir of Kafka on each. Pure. */
import type { PodSpec, TaskSpec, VolumeSpec } from '@warder/sdk';

/** The volume of every broker; a second one is `kafka-data-1`. */
const firstVolume = 'kafka-data';

/** What is for several disks alone, in start.sh. */
const section =
  /^ *\{\{#KAFKA_DISKS\}\}\n[^]*?^ *\{\{\/KAFKA_DISKS\}\}\n|\{\{#KAFKA_DISKS\}\}.*?\{\{\/KAFKA_DISKS\}\}/gm;

/**
 * A pod with so many disks. With one it is as if there never was a choice: the section is not left to the rendering, since
 * another text of a template is a restart.
 */
export const withDisks = (pod: PodSpec, disks: number): PodSpec =>
  disks === 1
    ? { ...pod, tasks: pod.tasks.map(withoutSection) }
    : {
        ...pod,
        resourceSets: pod.resourceSets.map((set) => ({ ...set, volumes: set.volumes.flatMap(each(disks)) })),
        tasks: pod.tasks.map((task) => ({ ...task, env: { ...task.env, KAFKA_DISKS: String(disks) } })),
      };

const each =
  (disks: number) =>
  (volume: VolumeSpec): readonly VolumeSpec[] =>
    volume.path === firstVolume
      ? Array.from({ length: disks }, (_, at) => ({ ...volume, path: at === 0 ? firstVolume : `${firstVolume}-${at}` }))
      : [volume];

const withoutSection = (task: TaskSpec): TaskSpec => ({
  ...task,
  configs: task.configs.map((config) => ({ ...config, template: config.template.replaceAll(section, '') })),
});
