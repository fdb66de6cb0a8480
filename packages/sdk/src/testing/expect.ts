/** What must have happened in a script. A check answers what is instead. */
import type { ServiceView } from '@warder/scheduler';
import type { World } from './world.ts';

export type Expectation = {
  readonly text: string;
  /** Undefined: it is so. */
  readonly check: (world: World) => Promise<string | undefined> | string | undefined;
};

const expectation = (text: string, check: Expectation['check']): Expectation => ({ text, check });

const listed = (items: readonly string[]): string => (items.length === 0 ? 'nothing' : items.join(', '));

const same = (is: readonly string[], wanted: readonly string[]): string | undefined =>
  is.length === wanted.length && is.every((item, at) => item === wanted[at]) ? undefined : listed(is);

const matches = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);

const json = (value: unknown): string => JSON.stringify(value, undefined, 1) ?? 'undefined';

/** Of the plan's newest run. */
function stepsIn(world: World, plan: string) {
  const run = world.runs(plan).at(-1);
  return run === undefined ? undefined : run.phases.flatMap(({ stepIds }) => world.stepsOf(stepIds));
}

/** What is counted begins with the last `send`: its launches, kills, releases and answers. */
export const expect = {
  /** Exactly these tasks, in this order. */
  launched: (...tasks: readonly string[]): Expectation =>
    expectation(`launched ${listed(tasks)}`, ({ acts }) =>
      same(
        acts.flatMap((act) => (act.kind === 'launch' ? [act.task] : [])),
        tasks,
      ),
    ),
  killed: (...tasks: readonly string[]): Expectation =>
    expectation(`killed ${listed(tasks)}`, ({ acts }) =>
      same(
        acts.flatMap((act) => (act.kind === 'kill' ? [act.task] : [])),
        tasks,
      ),
    ),
  /** Their resources and volumes are given back. */
  released: (...instances: readonly string[]): Expectation =>
    expectation(`released ${listed(instances)}`, ({ acts }) =>
      same(
        acts.flatMap((act) => (act.kind === 'release' ? [act.instance] : [])),
        instances,
      ),
    ),
  /** No launch, no kill, no release. */
  noAction: (): Expectation =>
    expectation('no action', ({ acts }) =>
      acts.length === 0
        ? undefined
        : listed(acts.map((act) => `${act.kind} ${act.kind === 'release' ? act.instance : act.task}`)),
    ),

  /** Of the newest run of a plan. */
  plan: (plan: string, status: string): Expectation =>
    expectation(`plan ${plan} ${status}`, (world) => {
      const run = world.runs(plan).at(-1);
      const is = run === undefined ? 'it never ran' : world.statusOf(run);
      return is === status ? undefined : is;
    }),
  runs: (plan: string, count: number): Expectation =>
    expectation(`${count} runs of ${plan}`, (world) => {
      const is = world.runs(plan).length;
      return is === count ? undefined : String(is);
    }),
  /** Names of all steps of the newest run of a plan. */
  steps: (plan: string, ...names: readonly string[]): Expectation =>
    expectation(`steps of ${plan}: ${listed(names)}`, (world) => {
      const steps = stepsIn(world, plan);
      return steps === undefined
        ? 'it never ran'
        : same(
            steps.map(({ name }) => name),
            names,
          );
    }),
  /** A step by the beginning of its name; `reason`: what it waits for. */
  step: (plan: string, step: string, status: string, reason?: string | RegExp): Expectation =>
    expectation(`step ${step} of ${plan} ${status}${reason === undefined ? '' : `: ${String(reason)}`}`, (world) => {
      const found = stepsIn(world, plan)?.find(({ name }) => name.startsWith(step));
      if (found === undefined) return 'there is no such step';
      const why = found.reason?.text ?? '';
      if (found.status === status && (reason === undefined || matches(why, reason))) return undefined;
      return `${found.status}: ${why}`;
    }),
  /** Why the newest run of a plan began. */
  cause: (plan: string, wanted: string | RegExp): Expectation =>
    expectation(`cause of ${plan}: ${String(wanted)}`, (world) => {
      const cause = world.runs(plan).at(-1)?.cause;
      return cause !== undefined && matches(`${cause.by}: ${cause.text}`, wanted) ? undefined : json(cause);
    }),
  /** Of the last request: `ok`, or the code of the refusal. */
  answer: (code: string, message?: string | RegExp): Expectation =>
    expectation(`answer ${code}`, ({ answers }) => {
      const answer = answers.at(-1);
      if (answer === undefined) return 'there is none';
      const isSo = (answer.ok ? 'ok' : answer.code) === code;
      return isSo && (message === undefined || matches(answer.message, message)) ? undefined : json(answer);
    }),

  /** Some variables of the environment that a task was launched with last. */
  env: (task: string, wanted: Readonly<Record<string, string>>): Expectation =>
    expectation(`environment of ${task}: ${JSON.stringify(wanted)}`, ({ cluster }) => {
      const { env } = cluster.launched(task);
      const wrong = Object.entries(wanted).filter(([name, value]) => env[name] !== value);
      return wrong.length === 0 ? undefined : listed(wrong.map(([name]) => `${name}=${env[name] ?? ''}`));
    }),
  /** A config file, rendered, that a task was launched with last. */
  file: (task: string, path: string, wanted: string | RegExp): Expectation =>
    expectation(`file ${path} of ${task}: ${String(wanted)}`, ({ cluster }) => {
      const { files } = cluster.launched(task);
      const file = files.find((each) => each.path === path);
      if (file === undefined) return `it has ${listed(files.map((each) => each.path))}`;
      return matches(file.content, wanted) ? undefined : file.content;
    }),
  /** The same resources and volumes as at its launch before. */
  samePlace: (instance: string): Expectation =>
    expectation(`${instance} is at the same place as before`, ({ places }) => {
      const [before, now] = (places.get(instance) ?? []).slice(-2);
      if (now === undefined) return 'it was not launched twice';
      return before === now ? undefined : `it was ${before}, and is ${now}`;
    }),
  /** New resources and empty volumes, perhaps on the same agent. */
  newPlace: (instance: string): Expectation =>
    expectation(`${instance} is at a new place`, ({ places }) => {
      const [before, now] = (places.get(instance) ?? []).slice(-2);
      if (now === undefined) return 'it was not launched twice';
      return before === now ? `it is still ${now}` : undefined;
    }),

  detector: (name: string, wanted: { readonly on: boolean; readonly error?: RegExp }): Expectation =>
    expectation(`detector ${name} ${wanted.on ? 'on' : 'off'}`, ({ scheduler }) => {
      const found = scheduler.detectors().find((each) => each.name === name);
      const isSo = found?.on === wanted.on && (wanted.error === undefined || wanted.error.test(found.error ?? ''));
      return isSo ? undefined : json(found);
    }),
  metric: (name: string, value: number, labels: Readonly<Record<string, string>> = {}): Expectation =>
    expectation(`metric ${name} ${JSON.stringify(labels)} ${value}`, async ({ scheduler }) => {
      const found = (await scheduler.metrics()).filter((metric) => metric.name === name);
      const isIt = found.some(
        (metric) =>
          metric.value === value && Object.entries(labels).every(([label, is]) => metric.labels?.[label] === is),
      );
      return isIt ? undefined : json(found);
    }),
  endpoint: (name: string, wanted: unknown): Expectation =>
    expectation(`endpoint ${name}: ${JSON.stringify(wanted)}`, async ({ scheduler }) => {
      const is = json(await scheduler.endpoint(name, new AbortController().signal));
      return is === json(wanted) ? undefined : is;
    }),
  /** The service is uninstalled, and nothing of it is reserved. */
  gone: (): Expectation =>
    expectation('the service is gone', ({ ended, cluster }) => {
      if (ended !== 'uninstalled') return ended ?? 'it is there';
      return cluster.reservations.size === 0 ? undefined : `${cluster.reservations.size} reservations are left`;
    }),
  /** Anything else of the service as the package sees it. */
  that: (text: string, isSo: (service: ServiceView | undefined) => boolean): Expectation =>
    expectation(text, ({ scheduler }) => (isSo(scheduler.view()) ? undefined : json(scheduler.view()?.instances))),
} as const;
