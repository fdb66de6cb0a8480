import { leastResources } from '../language/resource.ts';
import type { resourceSet } from '../language/resource.ts';
import type { LoosePod, LooseService } from '../language/service.ts';
import { suggest } from '../nearest.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Path } from '../path.ts';
import type { Reader } from '../yaml/reader.ts';
import { checkVolumes } from './volume.ts';

type LooseResources = LooseOf<typeof resourceSet>;

const resourceKeys = ['cpus', 'gpus', 'memory', 'resource-limits', 'ports', 'volume', 'volumes'] as const;

/** The set of a task that asks for its resources itself. */
export const inlineSetName = (task: string): string => `${task}-resource-set`;

export const checkResources = (service: LooseService, reader: Reader): void => {
  for (const [podName, pod] of service.pods ?? []) {
    const path = ['pods', podName];
    for (const [name, set] of pod?.['resource-sets'] ?? []) {
      if (set) checkSet(set, [...path, 'resource-sets', name], reader);
    }
    if (pod) checkTaskResources(pod, path, reader);
  }
};

const checkTaskResources = (pod: LoosePod, podPath: Path, reader: Reader): void => {
  const sets = pod['resource-sets'];
  for (const [name, task] of pod.tasks ?? []) {
    if (!task) continue;
    const path = [...podPath, 'tasks', name];
    const wanted = task['resource-set'];
    if (wanted === undefined) {
      if (sets?.has(inlineSetName(name))) {
        reader.reportAt([...podPath, 'resource-sets', inlineSetName(name)], 'key', {
          code: 'duplicate-name',
          message: `the set \`${inlineSetName(name)}\` has the name of the one that the task \`${name}\` gets`,
          next: `rename it, or write \`resource-set: ${inlineSetName(name)}\` in the task`,
        });
      }
      checkSet(task, path, reader);
      continue;
    }
    if (!sets?.has(wanted)) {
      reader.reportAt([...path, 'resource-set'], 'value', {
        code: 'unknown-resource-set',
        message: `the pod has no resource set \`${wanted}\``,
        next: suggest(wanted, sets?.keys() ?? []),
      });
    }
    for (const key of resourceKeys.filter((each) => task[each] !== undefined)) {
      reader.reportAt([...path, key], 'key', {
        code: 'conflict',
        message: `the task takes its resources from the set \`${wanted}\``,
        next: `move \`${key}\` into the set, or remove \`resource-set\``,
      });
    }
  }
};

const checkSet = (set: LooseResources, path: Path, reader: Reader): void => {
  const { cpus, gpus, memory, ports, volume, volumes } = set;
  if (volume && volumes) {
    reader.reportAt([...path, 'volume'], 'key', {
      code: 'conflict',
      message: '`volume` and `volumes` are both there',
      next: 'put all of them into `volumes`',
    });
  }
  const asked = [cpus, gpus, memory, ports, volume, volumes].some((each) => each !== undefined);
  if (!asked && !reader.problems.some((problem) => problem.path?.startsWith(path.join('.')) === true)) {
    reader.reportAt(path, 'key', {
      code: 'no-resources',
      message: 'no resources are asked for',
      next: `write at least \`cpus: ${leastResources.cpus}\` and \`memory: ${leastResources.memoryMiB}\``,
    });
  }
  checkVolumes(set, path, reader);
  checkLimits(set, path, reader);
};

/** What may be used is at least what is reserved. */
const checkLimits = (set: LooseResources, path: Path, reader: Reader): void => {
  const reserved = { cpus: set.cpus ?? leastResources.cpus, memory: set.memory ?? leastResources.memoryMiB };
  for (const key of ['cpus', 'memory'] as const) {
    const limit = set['resource-limits']?.[key];
    if (typeof limit !== 'number' || limit >= reserved[key]) continue;
    reader.reportAt([...path, 'resource-limits', key], 'value', {
      code: 'out-of-range',
      message: `the limit ${limit} is below the ${reserved[key]} that are reserved`,
      next: `write at least ${reserved[key]}, or \`unlimited\``,
    });
  }
};
