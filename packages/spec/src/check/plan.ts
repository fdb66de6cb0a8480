import { generatedPlans } from '../language/plan.ts';
import type { plan } from '../language/plan.ts';
import type { LoosePod, LooseService } from '../language/service.ts';
import { suggest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { LooseOf } from '../shape/shape.ts';
import type { Reader } from '../yaml/reader.ts';
import { inlineSetName } from './resource.ts';

type LoosePhases = NonNullable<LooseOf<typeof plan>['phases']>;
type LoosePhase = NonNullable<ReturnType<LoosePhases['get']>>;
type LooseSteps = NonNullable<LoosePhase['steps']>;

export const checkPlans = (service: LooseService, reader: Reader): void => {
  const { plans } = service;
  if (!plans) return;
  if (!plans.has('deploy')) {
    reader.reportAt(['plans'], 'key', {
      code: 'plan-deploy-missing',
      message: 'there are plans, but none is called `deploy`',
      next: 'add a plan `deploy`, or remove `plans` to get one that deploys pod after pod',
    });
  }
  for (const [name, plan] of plans) {
    if (generatedPlans.includes(name)) {
      reader.reportAt(['plans', name], 'key', {
        code: 'bad-name',
        message: `Warder makes the plan \`${name}\` itself`,
        next: 'choose another name',
      });
    }
    for (const [phaseName, phase] of plan?.phases ?? []) {
      if (phase) checkPhase(phase, ['plans', name, 'phases', phaseName], service, reader);
    }
  }
};

const checkPhase = (phase: LoosePhase, path: Path, service: LooseService, reader: Reader): void => {
  if (phase.pod === undefined || !service.pods) return;
  const pod = service.pods.get(phase.pod);
  if (!service.pods.has(phase.pod)) {
    reader.reportAt([...path, 'pod'], 'value', {
      code: 'unknown-pod',
      message: `there is no pod \`${phase.pod}\``,
      next: suggest(phase.pod, service.pods.keys()),
    });
  }
  if (!pod) return;
  if (!phase.steps) {
    checkTogether([...(pod.tasks?.keys() ?? [])], pod, path, reader);
    return;
  }
  checkOrdinals(phase.steps, pod, [...path, 'steps'], reader);
  for (const [index, item] of phase.steps.entries()) {
    for (const [ordinal, steps] of item ?? []) {
      for (const [step, tasks] of (steps ?? []).entries()) {
        checkStep(tasks ?? [], pod, [...path, 'steps', index, ordinal, step], reader);
      }
    }
  }
};

const checkOrdinals = (items: LooseSteps, pod: LoosePod, path: Path, reader: Reader): void => {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const keys = [...(item?.keys() ?? [])];
    if (keys.length > 1) {
      reader.reportAt([...path, index], 'value', {
        code: 'conflict',
        message: `this item is for ${keys.map((key) => `\`${key}\``).join(' and ')} at once`,
        next: 'begin a new item (`- `) for each',
      });
    }
    for (const key of keys) {
      const place = [...path, index, key];
      if (key !== 'default' && !/^\d+$/.test(key)) {
        const next = 'write the number of an instance, or `default`';
        reader.reportAt(place, 'key', { code: 'bad-format', message: `\`${key}\` is not an instance`, next });
      } else if (seen.has(normal(key))) {
        const next = 'put all steps of one instance into one item';
        reader.reportAt(place, 'key', { code: 'duplicate-name', message: `\`${key}\` is there twice`, next });
      }
      seen.add(normal(key));
    }
  }
  if (seen.has('default')) return;
  for (let index = 0; index < (pod.count ?? 0); index += 1) {
    if (seen.has(String(index))) continue;
    reader.reportAt(path, 'key', {
      code: 'missing',
      message: `the instance ${index} has no steps`,
      next: 'add an item `default: [...]` for the instances that are not named',
    });
    return;
  }
};

/** `01` is the instance 1. */
const normal = (ordinal: string): string => (/^\d+$/.test(ordinal) ? String(Number(ordinal)) : ordinal);

const checkStep = (tasks: readonly (string | undefined)[], pod: LoosePod, path: Path, reader: Reader): void => {
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
