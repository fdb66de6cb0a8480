import { nameFormat, serviceNameMax, taskNameMax } from '../language/name.ts';
import type { LooseService } from '../language/service.ts';
import { numbersOf } from './pod.ts';
import type { Path } from '../path.ts';
import type { Reader, Report } from '../yaml/reader.ts';

/** Names become parts of host names and ids, so that they must be short, plain and not to be mixed up. */
export const checkNames = (service: LooseService, reader: Reader): void => {
  if (service.name !== undefined) {
    const problem = serviceNameProblem(service.name);
    if (problem) reader.reportAt(['name'], 'value', problem);
  }
  const pods = [...(service.pods ?? [])];
  for (const [podName, pod] of pods) {
    const path: Path = ['pods', podName];
    checkName(podName, path, reader);
    const lastIndex = pod === undefined ? 0 : (numbersOf(pod).at(-1) ?? 0);
    for (const taskName of pod?.tasks?.keys() ?? []) {
      checkName(taskName, [...path, 'tasks', taskName], reader);
      const full = `${podName}-${lastIndex}-${taskName}`;
      if (full.length > taskNameMax) reader.reportAt([...path, 'tasks', taskName], 'key', tooLong(full, taskNameMax));
    }
    checkDistinct(
      podName,
      pods.map(([name]) => name),
      reader,
    );
  }
};

/** What is wrong with the name of a service; also for names that come from elsewhere than a file. */
export const serviceNameProblem = (name: string): Report | undefined => {
  const parts = name.split('/');
  if (parts.some((part) => !servicePart.test(part))) {
    return {
      code: 'bad-name',
      message: `the service name \`${name}\` is not letters, digits, \`-\`, \`_\` (not twice in a row) and \`.\`, in folders separated by \`/\``,
      next: 'choose a name like `kafka` or `prod/orders-kafka`',
    };
  }
  const flat = parts.join('');
  return flat.length > serviceNameMax ? tooLong(flat, serviceNameMax) : undefined;
};

const servicePart = /^(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

const tooLong = (name: string, max: number): Report => ({
  code: 'bad-name',
  message: `\`${name}\` has ${name.length} characters, and a host name has at most ${max}`,
  next: 'choose a shorter name',
});

const checkName = (name: string, path: Path, reader: Reader): void => {
  if (nameFormat.pattern.test(name)) return;
  reader.reportAt(path, 'key', {
    code: 'bad-name',
    message: `the name \`${name}\` is not ${nameFormat.what}`,
    next: 'choose another name',
  });
};

/** With pods `a` and `a-0`, `a-0-...` could belong to both. */
const checkDistinct = (name: string, others: readonly string[], reader: Reader): void => {
  const [, before] = /^(.+?)-\d+(?:-.*)?$/.exec(name) ?? [];
  if (before === undefined || !others.includes(before)) return;
  reader.reportAt(['pods', name], 'key', {
    code: 'bad-name',
    message: `the pod \`${name}\` could be mixed up with an instance of the pod \`${before}\``,
    next: `choose a name that does not begin like \`${before}-0\``,
  });
};
