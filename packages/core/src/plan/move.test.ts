/** A replace that says where the new place is to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../action.ts';
import { Play, exampleConfig, exampleOffer, examplePod } from '../example.ts';
import type { Offer } from '../offer/offer.ts';
import type { Where } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { StepRecord } from '../record/step.ts';

const gates = { stop: [], replace: ['safe'], start: [] };
const perHost = { kind: 'max-per', field: 'hostname', max: 1 } as const;

/** Two instances, on agents of their own; `agent-2` is free. */
const deployed = (pod: Partial<PodSpec> = {}, offers: readonly Offer[] = []): Play => {
  const play = new Play();
  for (const offer of offers) play.tell({ type: 'offer', offer });
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ count: 2, placement: perHost, gates, ...pod })]) });
  play.settle();
  assert.deepEqual([play.agentOf('node-0'), play.agentOf('node-1')], ['agent-0', 'agent-1']);
  return play;
};

const move = (play: Play, where: Where, index = 0): Answer =>
  play.ask({
    type: 'plan-start',
    plan: 'move',
    recipe: {
      name: 'move',
      strategy: 'serial',
      phases: [
        {
          name: 'replace',
          pod: 'node',
          strategy: 'serial',
          steps: [{ kind: 'launch', index, tasks: ['server'], replace: where }],
        },
      ],
    },
  });

const stepOf = (play: Play): StepRecord => {
  const [step] = play.steps('move');
  assert.ok(step !== undefined);
  return step;
};

const endOf = (play: Play, plan = 'move'): unknown => play.run(plan).ended?.how;

test('it goes to another agent, or to the one that is named, empty, and through the gates', () => {
  const away = deployed({ placement: { kind: 'max-per', field: 'hostname', max: 2 } });
  const before = away.task('node-0').id;
  assert.equal(move(away, { notOn: 'agent-0' }).ok, true);
  away.settle();
  assert.deepEqual([endOf(away), away.agentOf('node-0')], ['COMPLETE', 'agent-2']);
  assert.notEqual(away.task('node-0').id, before);
  assert.ok(away.actions.some((action) => action.type === 'ask' && action.moment === 'replace'));

  const named = deployed({ placement: { kind: 'max-per', field: 'hostname', max: 2 } });
  move(named, { on: 'agent-1' });
  named.settle();
  assert.deepEqual([endOf(named), named.agentOf('node-0')], ['COMPLETE', 'agent-1']);
});

test('what its new place cannot be is refused before anything is done, with the reasons', () => {
  const rows: readonly (readonly [Where, Partial<Offer>, RegExp])[] = [
    [
      { on: 'agent-9' },
      {},
      /node-0 cannot be on agent-9: there is no agent agent-9: there are agent-0, agent-1, agent-2/,
    ],
    [{ on: 'agent-2' }, { maintenance: 'cordoned' }, /agent-2: agent-2 is cordoned/],
    [{ on: 'agent-2' }, { maintenance: 'drained' }, /agent-2: agent-2 is drained for maintenance/],
    [{ on: 'agent-2' }, { state: 'down' }, /agent-2: agent-2 is down/],
    [{ on: 'agent-2' }, { memoryMiB: 100 }, /agent-2: needs 256 MiB memory, 100 MiB free/],
    [{ on: 'agent-1' }, {}, /agent-1: 1 of node on hostname agent-1, at most 1 may be there/],
    [
      { notOn: 'agent-0' },
      { cpus: 0 },
      /agent-0: it is to be not on agent-0; agent-1: 1 of node .*; agent-2: needs 0.5 cpus/,
    ],
  ];
  for (const [where, change, reason] of rows) {
    const play = deployed();
    play.tell({ type: 'offer', offer: exampleOffer('agent-2', change) });
    const answer = move(play, where);
    assert.ok(!answer.ok);
    assert.equal(answer.code, 'no-place');
    assert.match(answer.message, reason);
    assert.deepEqual(play.steps('move'), []);
  }
});

test('the place that it leaves counts for no rule', () => {
  const attributes = { zone: 'a' };
  const offers = [exampleOffer('agent-0', { attributes }), exampleOffer('agent-2', { attributes })];
  offers.push(exampleOffer('agent-1', { attributes: { zone: 'b' } }));
  const play = deployed({ placement: { kind: 'max-per', field: 'zone', max: 1 } }, offers);
  assert.equal(move(play, { on: 'agent-2' }).ok, true);
  // Its own engine tells of its agents as they are.
  play.settle('release');
  const [release] = play.open.splice(0);
  assert.ok(release?.type === 'release');
  play.tell({ type: 'operation', operationId: release.operationId, ok: true });
  play.settle();
  assert.deepEqual([endOf(play), play.agentOf('node-0')], ['COMPLETE', 'agent-2']);
});

test('before it stops, and before its volumes are destroyed, there must be room where it is to go', () => {
  const play = deployed();
  move(play, { on: 'agent-2' });
  play.agent('agent-2', { maintenance: 'cordoned' });
  play.settle();
  assert.equal(stepOf(play).status, 'WAITING');
  assert.match(stepOf(play).reason?.text ?? '', /agent-2: agent-2 is cordoned/);
  assert.equal(play.task('node-0').state, 'RUNNING');

  play.agent('agent-2', {});
  play.settle('kill');
  assert.equal(stepOf(play).status, 'PREPARED');
  play.agent('agent-2', { maintenance: 'cordoned' });
  play.settle();
  assert.match(stepOf(play).reason?.text ?? '', /agent-2: agent-2 is cordoned/);
  assert.equal(play.agentOf('node-0'), 'agent-0', 'nothing of it is destroyed');

  play.ask({ type: 'plan-cancel', plan: 'move' });
  play.settle();
  assert.deepEqual([endOf(play), endOf(play, 'recovery')], ['CANCELLED', 'COMPLETE']);
  assert.deepEqual([play.agentOf('node-0'), play.task('node-0').state], ['agent-0', 'RUNNING']);
});

test('once its old place is given back, it waits for the named agent, also over a restart of the server', () => {
  const play = deployed();
  move(play, { on: 'agent-2' });
  play.settle('release');
  play.agent('agent-2', { state: 'down' });
  play.settle();
  assert.match(stepOf(play).reason?.text ?? '', /agent-2: agent-2 is down/);
  play.restart();
  play.settle();
  assert.match(stepOf(play).reason?.text ?? '', /agent-2: agent-2 is down/);
  play.agent('agent-2', { state: 'up' });
  play.settle();
  assert.deepEqual([endOf(play), play.agentOf('node-0')], ['COMPLETE', 'agent-2']);
});

test('who cancels it then may have it anywhere', () => {
  const play = deployed();
  move(play, { on: 'agent-2' });
  play.settle('release');
  play.agent('agent-2', { state: 'down' });
  play.settle();
  play.ask({ type: 'plan-cancel', plan: 'move' });
  assert.equal(play.ask({ type: 'pod-replace', instance: 'node-0', force: false }).ok, true);
  play.settle();
  assert.deepEqual([endOf(play, 'replace'), play.agentOf('node-0')], ['COMPLETE', 'agent-0']);
});

test('a new place that is lost as well is replaced without being asked', () => {
  const play = deployed({ gates: { ...gates, start: ['well'] } });
  move(play, { on: 'agent-2' });
  // It catches up: its gate stays closed.
  for (let open = play.open; ;) {
    const at = open.findIndex((action) => action.type !== 'ask' || action.moment !== 'start');
    const [action] = at === -1 ? [] : open.splice(at, 1);
    if (action === undefined) break;
    play.perform(action);
  }
  assert.deepEqual([endOf(play), play.agentOf('node-0')], [undefined, 'agent-2']);
  play.agent('agent-2', { state: 'gone' });
  play.settle();
  assert.deepEqual([endOf(play, 'replace'), endOf(play), play.agentOf('node-0')], ['COMPLETE', 'COMPLETE', 'agent-0']);
});

test('a named agent that is gone for ever is not waited for', () => {
  const play = deployed();
  move(play, { on: 'agent-2' });
  play.settle('release');
  play.agent('agent-2', { state: 'gone' });
  play.settle();
  assert.deepEqual([endOf(play), play.agentOf('node-0')], ['COMPLETE', 'agent-0']);
});
