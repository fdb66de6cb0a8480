import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, exampleOffer, examplePod } from '../example.ts';

const deployed = (): Play => {
  const play = new Play();
  for (const id of ['agent-1', 'agent-2']) play.tell({ type: 'offer', offer: exampleOffer(id, { cpus: 0 }) });
  play.ask({
    type: 'configure',
    config: exampleConfig([examplePod({ gates: { stop: ['safe'], replace: [], start: [] } })]),
  });
  play.settle();
  return play;
};

test('what a run has told to end before it was over is waited for: gates may still see it alive', () => {
  const play = deployed();
  play.agent('agent-0', { maintenance: 'drained' });
  play.settle('kill');
  const [kill] = play.open.filter(({ type }) => type === 'kill');
  assert.ok(kill?.type === 'kill');
  play.agent('agent-0', {});
  assert.ok(play.run('drain').ended);
  const stopped = play.state.index.taskById.get(kill.taskId)?.instance;
  const other = [...play.state.instances.keys()].find((name) => name !== stopped) ?? '';
  play.ask({ type: 'pod-restart', instance: other, force: false });
  assert.deepEqual(
    play.open.filter(({ type }) => type === 'ask'),
    [],
  );
  assert.equal(play.steps('restart')[0]?.reason?.text, `${stopped}-server ends: one at a time`);
  play.settle();
  play.wait(1_000);
  play.settle();
  assert.equal(play.run('restart').ended?.how, 'COMPLETE');
});
