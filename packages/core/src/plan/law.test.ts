/** Laws of recovery: whatever happens, in whatever order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask } from '../example.ts';
import { ExampleEngine } from '../example-engine.ts';
import type { Request } from '../request.ts';
import { hasInstance } from '../spec/instance.ts';
import type { PodSpec } from '../spec/pod.ts';

const MINUTE_MS = 60_000;

type Happening = { readonly says: string; readonly how: (world: World) => unknown };

class World {
  readonly play = new Play();
  readonly engine = new ExampleEngine((event) => this.play.tell(event));

  constructor(pod: PodSpec) {
    const config = exampleConfig([pod]);
    const replacement = { afterMs: 10 * MINUTE_MS, delayMs: MINUTE_MS };
    this.play.ask({ type: 'configure', config: { ...config, spec: { ...config.spec, replacement } } });
    this.perform(1_000);
  }

  /** In order, as the scheduler does it. */
  perform(count: number): void {
    for (let done = 0; done < count; done += 1) {
      const action = this.play.open.shift();
      if (action === undefined) return;
      if (action.type === 'ask' || action.type === 'call' || action.type === 'probe') this.play.perform(action);
      else this.engine.perform(action);
      this.check();
    }
  }

  restart(): void {
    this.play.restart();
    this.engine.offerAll();
  }

  check(): void {
    assert.equal(this.engine.wrong(), undefined);
    // Nothing that lives is unknown here, but where somebody has said that it is left behind.
    const { state } = this.play;
    const owed = new Set(state.service?.owed?.map(({ instance }) => instance));
    const recorded = new Set([...state.tasks.values()].flatMap((tasks) => [...tasks.values()].map(nameOf)));
    for (const name of this.engine.liveNames())
      assert.ok(
        recorded.has(name) || owed.has(name.slice(0, name.lastIndexOf('-'))),
        `${name} lives, and is not known`,
      );
  }

  /** Everybody who can be reached is, and there is time for everything. */
  heal(): void {
    for (const agentId of ['agent-0', 'agent-1', 'agent-2']) this.engine.setAgent(agentId, 'up');
    for (const instance of this.play.state.instances.keys()) this.play.ask({ type: 'pod-resume', instance, tasks: [] });
    for (const runId of this.play.state.index.activeRuns) this.play.ask({ type: 'plan-resume', plan: runId });
    for (let rounds = 0; rounds < 30; rounds += 1) {
      this.perform(1_000);
      // Somebody may have cancelled the replace of what is lost, and is asked for it now.
      for (const { name, reservation } of this.play.state.instances.values())
        if (rounds === 0 && this.engine.isGone(reservation?.agentId))
          this.play.ask({ type: 'pod-replace', instance: name, force: false });
      this.play.wait(5 * MINUTE_MS);
    }
  }
}

const nameOf = (task: { readonly instance: string; readonly name: string }): string => `${task.instance}-${task.name}`;

const instance = fc.constantFrom('node-0', 'node-1', 'node-2', 'node-3');
const agent = fc.constantFrom('agent-0', 'agent-1', 'agent-2');
const plan = fc.constantFrom('deploy', 'update', 'recovery', 'restart', 'replace', 'pause', 'resume', 'drain');
const tasks = fc.constantFrom<readonly string[]>([], ['server'], ['agent']);
const verb = fc.constantFrom('plan-pause', 'plan-resume', 'plan-restart', 'plan-force-complete', 'plan-cancel');

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ type: fc.constantFrom('pod-restart', 'pod-replace'), instance, force: fc.boolean() }),
  fc.record({ type: fc.constant('pod-pause'), instance, tasks, force: fc.boolean() }),
  fc.record({ type: fc.constant('pod-resume'), instance, tasks }),
  fc.record({ type: verb, plan }),
  fc
    .tuple(fc.constantFrom('one', 'two'), fc.integer({ min: 1, max: 3 }), fc.subarray([0, 1]))
    .map(([cmd, count, retired]): Request => {
      return { type: 'configure', config: exampleConfig([{ ...podOf(cmd, count), retired }]) };
    }),
);

const happens = <T>(
  weight: number,
  arbitrary: fc.Arbitrary<T>,
  says: string,
  how: (world: World, value: T) => unknown,
) => ({
  weight,
  arbitrary: arbitrary.map((value): Happening => ({
    says: `${says} ${JSON.stringify(value)}`,
    how: (world) => how(world, value),
  })),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  happens(8, fc.integer({ min: 1, max: 7 }), 'perform', (world, count) => world.perform(count)),
  happens(
    3,
    fc.tuple(fc.nat(9), fc.constantFrom('FAILED' as const, 'LOST' as const)),
    'fail',
    ({ engine }, [nth, how]) => engine.fail(nth, how),
  ),
  happens(2, fc.nat(200), 'echo', ({ engine }, nth) => engine.echo(nth)),
  happens(2, fc.nat(15 * MINUTE_MS), 'wait', ({ play }, ms) => play.wait(ms)),
  happens(2, fc.constant(0), 'restart', (world) => world.restart()),
  happens(3, fc.tuple(agent, fc.constantFrom('up' as const, 'down' as const)), 'agent', ({ engine }, [id, state]) =>
    engine.setAgent(id, state),
  ),
  happens(1, agent, 'drain', ({ engine }, id) => engine.setAgent(id, 'up', 'drained')),
  happens(1, fc.constantFrom('agent-1', 'agent-2'), 'gone', ({ engine }, id) => engine.setAgent(id, 'gone')),
  happens(6, request, 'ask', ({ play }, asked) => play.ask(asked)),
);

function podOf(cmd = 'one', count = 3): PodSpec {
  return examplePod({
    count,
    allowDecommission: true,
    tasks: [exampleTask({ cmd }), exampleTask({ name: 'agent', resourceSet: 'side', essential: false })],
    resourceSets: [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })],
    gates: { stop: ['safe'], replace: ['safe'], start: ['back'] },
  });
}

test('whatever happens, no two tasks of one name live, and none lives in a place that was given back', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60, size: 'max' }), (happenings) => {
      const world = new World(podOf());
      for (const { how } of happenings) {
        how(world);
        world.check();
      }
    }),
    { numRuns: 100 },
  );
});

test('whatever happened, once all is calm every run ends and everything that is wanted runs', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40, size: 'max' }), (happenings) => {
      const world = new World(podOf());
      for (const { how } of happenings) how(world);
      world.heal();
      const { state } = world.play;
      const open = [...state.steps.values()].filter(
        ({ runId, status }) => state.index.activeRuns.has(runId) && status !== 'COMPLETE',
      );
      assert.deepEqual(
        open.map(({ id, name, status, reason }) => `${id} ${name} ${status}: ${reason?.text}`),
        [],
      );
      const target = state.configs.get(state.service?.targetConfigId ?? '');
      const live = new Set(world.engine.liveNames());
      for (const name of [...state.instances.values()].flatMap(({ name: one, pod, index }) => {
        const spec = target?.spec.pods.find((other) => other.name === pod);
        return hasInstance(spec, index) && state.tasks.get(one)?.has('server') ? [`${one}-server`] : [];
      }))
        assert.ok(live.has(name), `${name} does not run`);
    }),
    { numRuns: 80 },
  );
});
