import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet, exampleTask, withPlans } from '../example.ts';
import type { NewConfig } from '../request/configure.ts';
import type { PlanSpec } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';

const deployed = (config: NewConfig): Play => {
  const play = new Play();
  play.ask({ type: 'configure', config });
  play.settle();
  return play;
};

const twoTasks = (change: Partial<PodSpec> = {}): PodSpec =>
  examplePod({
    count: 1,
    tasks: [exampleTask(), exampleTask({ name: 'agent', resourceSet: 'side', essential: false })],
    resourceSets: [exampleSet(), exampleSet({ name: 'side', ports: [], volumes: [] })],
    ...change,
  });

const launched = (play: Play, from: number): readonly (readonly string[])[] =>
  play.actions
    .slice(from)
    .flatMap((action) => (action.type === 'launch' ? [action.tasks.map(({ spec }) => spec.name)] : []));

test('a recovery of one task brings back another that fails meanwhile, which its gate may wait for', () => {
  const play = deployed(exampleConfig([twoTasks()]));
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  assert.equal(play.steps('recovery')[0]?.name, 'node-0:[agent]');
  play.open.length = 0;
  play.status(play.task('node-0').id, 'FAILED');
  play.wait(10_000);
  play.settle();
  play.wait(10_000);
  play.settle();
  assert.equal(
    launched(play, 0)
      .flat()
      .filter((name) => name === 'server').length,
    2,
  );
});

test('the failure of an essential task relaunches its whole instance, that of another only itself', () => {
  const play = deployed(exampleConfig([twoTasks()]));
  let from = play.actions.length;
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  play.settle();
  assert.deepEqual(launched(play, from), [['agent']]);
  play.wait(120_000);
  from = play.actions.length;
  play.status(play.task('node-0').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-agent', 'launch node-0']);
  assert.deepEqual(launched(play, from), [['server', 'agent']]);
});

test('an essential task that fails while a lesser one is brought back relaunches the whole instance', () => {
  const play = deployed(exampleConfig([twoTasks()]));
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  const from = play.actions.length;
  play.status(play.task('node-0').id, 'FAILED');
  play.settle();
  play.wait(10_000);
  play.settle();
  assert.deepEqual(launched(play, from).at(-1), ['server', 'agent']);
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
});

test('when all fail together, all are brought back by one recovery', () => {
  const play = deployed(exampleConfig([twoTasks()]));
  const from = play.actions.length;
  for (const name of ['agent', 'server']) play.status(play.task('node-0', name).id, 'FAILED');
  play.settle();
  play.wait(10_000);
  play.settle();
  assert.equal([...play.state.runs.values()].filter(({ plan }) => plan === 'recovery').length, 1);
  for (const name of ['agent', 'server']) assert.equal(play.task('node-0', name).state, 'RUNNING');
  assert.ok(launched(play, from).length <= 2);
});

test('tasks with a goal of their own, and tasks that no plan starts any more, are not recovered', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const play = deployed(exampleConfig([examplePod({ count: 1, tasks })]));
  play.status(play.task('node-0', 'prepare').id, 'FINISHED');
  play.settle();
  assert.equal(play.run('deploy').ended?.how, 'COMPLETE');
  const only: PlanSpec = {
    name: 'deploy',
    strategy: 'serial',
    phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [{ kind: 'launch', tasks: ['server'] }] }],
  };
  play.ask({ type: 'configure', config: withPlans(exampleConfig([twoTasks()]), only) });
  play.settle();
  const off = deployed(exampleConfig([twoTasks()]));
  off.ask({ type: 'configure', config: withPlans(exampleConfig([twoTasks()]), only) });
  off.settle();
  const from = off.actions.length;
  off.wait(600_000);
  off.settle();
  assert.equal(off.task('node-0', 'agent').state, 'KILLED');
  assert.deepEqual(launched(off, from), []);
});

test('a recovery does not smuggle in the update that its instance waits for', () => {
  const pod = (cmd: string) => examplePod({ tasks: [exampleTask({ cmd })] });
  const play = deployed(exampleConfig([pod('old')]));
  const { configId } = play.task('node-2');
  play.ask({ type: 'configure', config: exampleConfig([pod('new')]) });
  play.ask({ type: 'plan-pause', plan: 'update' });
  play.settle();
  const from = play.actions.length;
  play.status(play.task('node-2').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-2']);
  const launch = play.actions.findLast(({ type }) => type === 'launch');
  assert.equal(launch?.type === 'launch' && launch.configId, configId);
  play.ask({ type: 'plan-resume', plan: 'update' });
  play.settle();
  assert.equal(play.task('node-2').configId, play.state.service?.targetConfigId);
});

test('a recovery works beside the update of another pod', () => {
  const pods = (cmd: string) => [
    examplePod({ name: 'web', count: 1, tasks: [exampleTask({ cmd })] }),
    examplePod({ name: 'data', count: 1 }),
  ];
  const play = deployed(exampleConfig(pods('old')));
  play.ask({ type: 'configure', config: exampleConfig(pods('new')) });
  play.settle('kill');
  const from = play.actions.length;
  play.status(play.task('data-0').id, 'FAILED');
  play.settle('kill');
  assert.deepEqual(play.story(from), ['launch data-0']);
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
  assert.equal(play.run('update').ended, undefined);
});

test('a recovery gives its task the parameters that it had', () => {
  const side: PlanSpec = {
    name: 'side',
    strategy: 'serial',
    phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [{ kind: 'launch', tasks: ['agent'] }] }],
  };
  const deploy: PlanSpec = {
    name: 'deploy',
    strategy: 'serial',
    phases: [{ name: 'node', pod: 'node', strategy: 'serial', steps: [{ kind: 'launch', tasks: ['server'] }] }],
  };
  const play = deployed(withPlans(exampleConfig([twoTasks()]), deploy, side));
  assert.equal(play.ask({ type: 'plan-start', plan: 'side', params: { MODE: 'fast' } }).ok, true);
  play.settle();
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  play.settle();
  const launch = play.actions.findLast(({ type }) => type === 'launch');
  assert.deepEqual(launch?.type === 'launch' && launch.tasks.map(({ params }) => params), [{ MODE: 'fast' }]);
});

test('a recovery goes as the recipe of the spec says, and what that leaves out comes after it', () => {
  const recipe: PlanSpec = {
    name: 'recovery',
    strategy: 'serial',
    phases: [
      {
        name: 'again',
        pod: 'node',
        strategy: 'serial',
        steps: [
          { kind: 'call', name: 'check', procedure: 'check' },
          { kind: 'launch', tasks: ['server'] },
        ],
      },
    ],
  };
  const play = deployed(withPlans(exampleConfig([twoTasks()]), recipe));
  let from = play.actions.length;
  play.status(play.task('node-0').id, 'FAILED');
  play.settle();
  assert.deepEqual(play.story(from).slice(0, 1), ['call check node-0']);
  assert.deepEqual(launched(play, from).flat().toSorted(), ['agent', 'server']);
  assert.equal(play.run('recovery').ended?.how, 'COMPLETE');
  play.wait(120_000);
  from = play.actions.length;
  play.status(play.task('node-0', 'agent').id, 'FAILED');
  play.settle();
  assert.deepEqual(launched(play, from), [['agent']]);
});

test('what a plan has stopped to work on it is left to that plan', () => {
  const restore: PlanSpec = {
    name: 'restore',
    strategy: 'serial',
    phases: [
      {
        name: 'node',
        pod: 'node',
        strategy: 'serial',
        steps: [
          { kind: 'stop' },
          { kind: 'call', name: 'copy', procedure: 'copy' },
          { kind: 'launch', tasks: ['server'] },
        ],
      },
    ],
  };
  const play = deployed(withPlans(exampleConfig([examplePod({ count: 1 })]), restore));
  const from = play.actions.length;
  play.ask({ type: 'plan-start', plan: 'restore' });
  play.settle('call');
  play.wait(600_000);
  play.settle('call');
  assert.deepEqual(play.story(from), ['kill node-0-server', 'call copy node-0']);
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'call copy node-0', 'launch node-0']);
  assert.equal(play.run('restore').ended?.how, 'COMPLETE');
});

test('what such a plan has stopped is brought back when the plan is cancelled', () => {
  const stop: PlanSpec = {
    name: 'work',
    strategy: 'serial',
    phases: [
      {
        name: 'node',
        pod: 'node',
        strategy: 'serial',
        steps: [{ kind: 'stop' }, { kind: 'launch', tasks: ['server'] }],
      },
    ],
  };
  const play = deployed(withPlans(exampleConfig([examplePod({ count: 1 })]), stop));
  play.ask({ type: 'plan-start', plan: 'work' });
  play.settle('kill');
  play.ask({ type: 'plan-pause', plan: 'work' });
  play.settle();
  const from = play.actions.length;
  play.ask({ type: 'plan-cancel', plan: 'work' });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
});

test('a failed instance whose recovery is asked to be replaced is replaced, and never recovered beside it', () => {
  const play = deployed(exampleConfig([examplePod({ count: 1 })]));
  for (let failures = 0; failures < 3; failures += 1) {
    play.status(play.task('node-0').id, 'FAILED');
    play.settle();
  }
  assert.equal(play.steps('recovery')[0]?.status, 'DELAYED');
  const from = play.actions.length;
  play.ask({ type: 'pod-replace', instance: 'node-0', force: false });
  play.settle();
  assert.deepEqual(play.story(from), ['release node-0', 'launch node-0'], 'and it does not wait out the backoff');
  assert.deepEqual(
    [...play.state.runs.values()].flatMap(({ plan, ended }) => (plan === 'recovery' ? [ended?.how] : [])).at(-1),
    'SUPERSEDED',
  );
});

test('a replace whose first step is started again starts everything anew in the newest place', () => {
  const tasks = [exampleTask({ name: 'prepare', goal: 'ONCE' }), exampleTask()];
  const play = deployed(exampleConfig([examplePod({ count: 1, tasks })]));
  const prepared = (): void => {
    play.settle();
    play.status(play.task('node-0', 'prepare').id, 'FINISHED');
    play.settle('launch');
  };
  prepared();
  play.settle();
  play.ask({ type: 'pod-replace', instance: 'node-0', force: false });
  prepared();
  const [first] = play.steps('replace');
  play.ask({ type: 'plan-restart', plan: 'replace', step: first?.id ?? '' });
  prepared();
  play.settle();
  assert.equal(play.run('replace').ended?.how, 'COMPLETE');
  assert.equal(play.task('node-0').state, 'RUNNING');
});

test('the delay between attempts holds over a restart of the server, and a restart of the pod ends it', () => {
  const play = deployed(exampleConfig([examplePod({ count: 1 })]));
  for (let failures = 0; failures < 6; failures += 1) {
    play.status(play.task('node-0').id, 'FAILED');
    play.settle();
    if (failures < 5) play.wait(20_000);
    play.settle();
  }
  const { untilMs = 0 } = play.state.instances.get('node-0')?.backoff ?? {};
  assert.ok(untilMs > play.nowMs + 10_000);
  play.restart();
  const from = play.actions.length;
  play.wait(5_000);
  play.settle();
  assert.deepEqual(play.story(from), []);
  assert.match(play.steps('recovery')[0]?.reason?.text ?? '', /^failed 6 times, tries again at /);
  play.ask({ type: 'pod-restart', instance: 'node-0', force: false });
  play.settle();
  assert.deepEqual(play.story(from), ['launch node-0']);
});
