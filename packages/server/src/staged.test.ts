/** Configurations that a plan goes through, and versions of packages that follow each other; over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunView } from '@warder/api/client';
import { writeTestPackage } from './test-package.ts';
import { catalog, complete, install, newWorld, start } from './test-world.ts';

type Seen = {
  readonly stages: readonly { readonly step: string; readonly restarts: readonly { readonly instance: string }[] }[];
  readonly run: RunView;
  readonly hash: string;
};
type Target = { readonly version: string; readonly packageVersion: string; readonly given: object };

test('a stage comes to what an update would come to, in the dry run and in the run', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client, { version: '1.0.0', options: { count: 1 } });
  await complete(client, 'deploy');
  const path = '/service/demo/v1/plans/upgrade/start';
  const wrong = client.post(path, { to: '7.0.0' });
  await assert.rejects(wrong, { code: 'options-invalid', message: /does not offer the version `7\.0\.0`/ });

  const body = { to: '2.0.0' };
  const seen = await client.post<Seen>(path, body, { query: { dryRun: true } });
  assert.deepEqual(
    seen.stages.map(({ step, restarts }) => [step, restarts.map(({ instance }) => instance)]),
    [['to', ['web-0']]],
  );
  assert.deepEqual(seen.run.phases[0]?.steps[0]?.work, { kind: 'configure', version: '2.0.0' }, 'not the whole of it');
  await client.post(path, body, { query: { hash: seen.hash } });
  await complete(client, 'upgrade');
  const target = await client.get<Target>('/service/demo/v1/configurations/target');
  assert.deepEqual([target.version, target.given], ['2.0.0', { count: 1, greeting: 'new' }]);
});

test('a package follows only those versions of it that it says', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client, { options: { count: 1 } });
  await complete(client, 'deploy');
  t.after(() => writeTestPackage(catalog));
  const update = () => client.put('/v1/services/demo', { options: { greeting: 'hi' } });

  writeTestPackage(catalog, '0.3.0', 'upgradesFrom: [0.2.0]\n');
  await assert.rejects(update(), { code: 'package-edge', status: 409, message: /takes over from 0\.2\.0 only/ });
  const upgrade = client.post('/service/demo/v1/plans/upgrade/start', { to: '2.0.0' });
  await assert.rejects(upgrade, { code: 'package-edge', status: 409 });

  writeTestPackage(catalog, '0.3.0', 'upgradesFrom: [0.1.*]\ndowngradesTo: [0.2.0]\n');
  await update();
  await complete(client, 'update');
  writeTestPackage(catalog, '0.1.0');
  await assert.rejects(update(), { code: 'package-edge', message: /demo 0\.3\.0 goes back to 0\.2\.0 only/ });
  const target = await client.get<Target>('/service/demo/v1/configurations/target');
  assert.equal(target.packageVersion, '0.3.0');
});
