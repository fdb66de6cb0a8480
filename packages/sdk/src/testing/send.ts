/** What happens to the service in a script: each says in words what it does. */
import type { Exit, PlanPart, Request } from '@warder/core';
import type { Condition } from './cluster.ts';
import type { RollWish } from '@warder/scheduler';
import type { Given } from './source.ts';
import type { World } from './world.ts';

export type Sending = { readonly text: string; readonly perform: (world: World) => Promise<void> | void };

/** Milliseconds, or `10 s`, `5 min`, `2 h`. */
export type Time = number | `${number} s` | `${number} min` | `${number} h`;

const units = { s: 1_000, min: 60_000, h: 3_600_000 } as const;

function msOf(time: Time): number {
  if (typeof time === 'number') return time;
  const [count, unit] = time.split(' ');
  return Number(count) * (unit === 's' || unit === 'min' || unit === 'h' ? units[unit] : Number.NaN);
}

const sending = (text: string, perform: Sending['perform']): Sending => ({ text, perform });

const become =
  (verb: string, condition: Condition) =>
  (task: string): Sending =>
    sending(`${task} ${verb}`, ({ cluster }) => cluster.become(task, condition));

const asks = (request: Request): Sending =>
  sending(`a person asks: ${wordsOf(request)}`, (world) => world.ask('person', request));

const wordsOf = ({ type, ...rest }: Request): string =>
  [type, ...Object.values(rest).map((value) => JSON.stringify(value))].join(' ');

const agent = (verb: string, state: 'up' | 'down' | 'gone') => (id: string) =>
  sending(`${id} ${verb}`, ({ cluster }) => cluster.turnAgent(id, state));

type Part = Omit<PlanPart, 'plan'>;

export const send = {
  /** Options on top of those of before, and a version of the application: an install, then updates. */
  configure: (options: NonNullable<Given['options']> = {}, version?: string): Sending =>
    sending(`configure ${JSON.stringify(options)}${version === undefined ? '' : ` ${version}`}`, (world) =>
      world.configure({ options, ...(version === undefined ? {} : { version }) }),
    ),
  /** An update that is rolled as a person wants it: several at the same time, a canary first. */
  roll: (options: NonNullable<Given['options']>, wish: RollWish): Sending =>
    sending(`configure ${JSON.stringify(options)}, rolled ${JSON.stringify(wish)}`, (world) =>
      world.configure({ options }, wish),
    ),
  /** Everything that is due meanwhile happens. */
  time: (time: Time): Sending => sending(`${msOf(time) / 1000} s pass`, (world) => world.pass(msOf(time))),

  /** From now on this task does only what the script says. */
  hold: (task: string): Sending => sending(`${task} is held`, ({ cluster }) => cluster.hold(task)),
  runs: become('runs', { state: 'RUNNING', ready: false }),
  ready: become('is ready', { state: 'RUNNING', ready: true }),
  finishes: become('finishes', { state: 'FINISHED', ready: false, exit: { code: 0 } }),
  killed: become('ends, as it was asked to', { state: 'KILLED', ready: false, exit: { code: 143 } }),
  fails: (task: string, how: Exit & { readonly message?: string } = { code: 1 }): Sending =>
    sending(`${task} fails`, ({ cluster }) => {
      const { message, ...exit } = how;
      cluster.become(task, { state: 'FAILED', ready: false, exit, ...(message === undefined ? {} : { message }) });
    }),

  agentLost: agent('cannot be reached', 'down'),
  /** Also: a new one comes. */
  agentUp: agent('is up', 'up'),
  agentGone: agent('is gone for ever', 'gone'),
  /** What it knew, but for the store, is gone. */
  serverRestarts: (): Sending => sending('the server restarts', (world) => world.restart()),

  asks,
  start: (plan: string, params?: Readonly<Record<string, string>>): Sending =>
    asks({ type: 'plan-start', plan, ...(params === undefined ? {} : { params }) }),
  approve: (plan: string, part: Part = {}): Sending => asks({ type: 'plan-approve', plan, ...part }),
  pause: (plan: string, part: Part = {}): Sending => asks({ type: 'plan-pause', plan, ...part }),
  resume: (plan: string, part: Part = {}): Sending => asks({ type: 'plan-resume', plan, ...part }),
  cancel: (plan: string): Sending => asks({ type: 'plan-cancel', plan }),
  rollBack: (plan: string): Sending => asks({ type: 'plan-rollback', plan }),
  restartPod: (instance: string, force = false): Sending => asks({ type: 'pod-restart', instance, force }),
  replacePod: (instance: string, force = false): Sending => asks({ type: 'pod-replace', instance, force }),
  uninstall: (): Sending => asks({ type: 'uninstall' }),
  /** Anything else: a disk that breaks, in the world that the package's code looks at. */
  that: (text: string, perform: () => Promise<void> | void): Sending => sending(text, perform),
} as const;
