import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod } from '../example.ts';

const asks = (play: Play) => play.open.flatMap((action) => (action.type === 'ask' ? [action] : []));

test('what a replace would destroy is asked for again once it has ended: meanwhile others may have come to need it', () => {
  const play = new Play();
  const gates = { stop: ['safe'], replace: ['kept'], start: [] };
  play.ask({ type: 'configure', config: exampleConfig([examplePod({ gates })]) });
  play.settle();
  const { reservation } = play.state.instances.get('node-0') ?? {};
  const from = play.actions.length;
  play.ask({ type: 'pod-replace', instance: 'node-0', force: false });
  for (const moment of ['stop', 'replace'] as const) {
    const at = play.open.findIndex((action) => action.type === 'ask' && action.moment === moment);
    const [action] = play.open.splice(at, 1);
    assert.ok(action);
    play.perform(action);
  }
  play.settle('ask');
  assert.deepEqual(play.story(from), ['kill node-0-server']);
  const [again] = asks(play);
  assert.equal(again?.moment, 'replace');
  play.open.length = 0;
  const answer = { open: false, reason: 'it has the last copy' };
  play.tell({ type: 'gate', stepId: again?.stepId ?? '', moment: 'replace', answer });
  const [step] = play.steps('replace');
  assert.deepEqual([step?.status, step?.reason?.text], ['PREPARED', 'it has the last copy']);
  play.ask({ type: 'plan-cancel', plan: 'replace' });
  play.settle();
  assert.deepEqual(play.story(from), ['kill node-0-server', 'launch node-0']);
  assert.deepEqual(play.state.instances.get('node-0')?.reservation, reservation, 'with what it had');
});
