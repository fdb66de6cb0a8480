import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play, exampleConfig, examplePod, exampleSet } from '../example.ts';

test('a port that is not wanted any more is given back', () => {
  const pod = (names: readonly string[]) =>
    examplePod({
      count: 1,
      resourceSets: [exampleSet({ ports: names.map((name) => ({ name, port: 0, advertise: true })) })],
    });
  const play = new Play();
  play.ask({ type: 'configure', config: exampleConfig([pod(['client', 'admin'])]) });
  play.settle();
  play.ask({ type: 'configure', config: exampleConfig([pod(['client'])]) });
  play.settle();
  assert.deepEqual(Object.keys(play.state.instances.get('node-0')?.reservation?.sets[0]?.ports ?? {}), ['client']);
});
