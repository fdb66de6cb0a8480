import type { plan } from '../language/plan.ts';
import type { LoosePod, LooseService } from '../language/service.ts';
import { suggest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Reader } from '../yaml/reader.ts';
import { checkDependencies } from './dependency.ts';
import { inlineSetName } from './resource.ts';
import { checkOrdinals, checkStepNames, worksOf } from './step.ts';

type LoosePhases = NonNullable<LooseOf<typeof plan>['phases']>;
type LoosePhase = NonNullable<ReturnType<LoosePhases['get']>>;

export const checkPlans = (service: LooseService, reader: Reader): void => {
  for (const [name, plan] of service.plans ?? []) {
    const path = ['plans', name, 'phases'];
    for (const [phaseName, phase] of plan?.phases ?? []) {
      if (phase) checkPhase(phase, [...path, phaseName], service, reader);
    }
    if (plan?.phases) checkDependencies(plan.phases, plan.strategy ?? 'serial', path, reader);
  }
};

const checkPhase = (phase: LoosePhase, path: Path, service: LooseService, reader: Reader): void => {
  const { pods } = service;
  if (!pods) return;
  if (phase.pod === undefined) {
    if (reader.isThere([...path, 'pod'])) return;
    checkPodless(phase, path, reader);
    return;
  }
  const pod = pods.get(phase.pod);
  if (!pods.has(phase.pod)) {
    // As in dcos-commons the file is read all the same; as the configuration of a service it is refused.
    reader.noticeAt([...path, 'pod'], 'value', {
      code: 'unknown-pod',
      message: `there is no pod \`${phase.pod}\``,
      next: suggest(phase.pod, pods.keys()),
    });
  }
  if (!pod) return;
  if (!phase.steps) {
    checkTogether([...(pod.tasks?.keys() ?? [])], pod, path, reader);
    return;
  }
  checkOrdinals(phase.steps, pod, [...path, 'steps'], reader);
  for (const { work, path: place } of worksOf(phase.steps, [...path, 'steps'])) {
    if (Array.isArray(work)) checkLaunch(work, pod, place, reader);
  }
  checkStepNames(phase.steps, [...path, 'steps'], reader);
};

/** Such steps are made once, for no instance. */
const checkPodless = (phase: LoosePhase, path: Path, reader: Reader): void => {
  if (!phase.steps) {
    reader.reportAt(path, 'key', {
      code: 'missing',
      message: 'the phase has neither a pod nor steps',
      next: 'write `pod: <name>`, or steps that need none (`call`, `wait`, `approve`)',
    });
  }
  for (const [index, item] of (phase.steps ?? []).entries()) {
    if (item === undefined || (typeof item === 'object' && !Array.isArray(item) && !(item instanceof Map))) continue;
    const what = item instanceof Map ? 'steps for instances' : typeof item === 'string' ? `\`${item}\`` : 'a launch';
    reader.reportAt([...path, 'steps', index], 'value', {
      code: 'conflict',
      message: `the phase has no pod, and ${what} needs one`,
      next: 'write `pod: <name>` into the phase',
    });
  }
};

const checkLaunch = (tasks: readonly (string | undefined)[], pod: LoosePod, path: Path, reader: Reader): void => {
  const known: string[] = [];
  for (const [index, name] of tasks.entries()) {
    if (name === undefined || !pod.tasks) continue;
    if (!pod.tasks.has(name)) {
      reader.reportAt([...path, index], 'value', {
        code: 'unknown-task',
        message: `the pod has no task \`${name}\``,
        next: suggest(name, pod.tasks.keys()),
      });
    } else if (known.includes(name)) {
      const message = `the task \`${name}\` is there twice`;
      reader.reportAt([...path, index], 'value', { code: 'step-conflict', message, next: 'remove one of them' });
    } else {
      known.push(name);
    }
  }
  checkTogether(known, pod, path, reader);
};

/** Tasks of one step run at the same time, and tasks of one resource set never do. */
const checkTogether = (names: readonly string[], pod: LoosePod, path: Path, reader: Reader): void => {
  const shared = [
    ['resource set', (name: string) => pod.tasks?.get(name)?.['resource-set'] ?? inlineSetName(name)],
    ['discovery prefix', (name: string) => pod.tasks?.get(name)?.discovery?.prefix],
  ] as const;
  for (const [what, of] of shared) {
    const seen = new Map<string, string>();
    for (const name of names) {
      const value = of(name);
      const other = value === undefined ? undefined : seen.get(value);
      if (value !== undefined && other !== undefined) {
        reader.reportAt(path, 'value', {
          code: 'step-conflict',
          message: `\`${other}\` and \`${name}\` share the ${what} \`${value}\` and cannot be launched together`,
          next: `launch them in steps of their own: \`steps: [{default: [[${other}], [${name}]]}]\``,
        });
      }
      if (value !== undefined) seen.set(value, name);
    }
  }
};
