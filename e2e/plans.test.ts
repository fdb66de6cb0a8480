/** Goals, plans, updates and recovery, as the service that has all of them lives through them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import { initOf, leftOf } from './jail.ts';
import { install } from './service.ts';

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

test('goals, plans that a person starts, updates, pauses and recovery', { timeout: 420_000 }, async (t) => {
  const home = createHome('plans');
  try {
    await home.ok('server', 'start', '--agents', '1');
    const goals = await install(home, 'goals', 'goals');
    await goals.reaches('deploy', 'COMPLETE');

    await t.test('tasks of one resource set run one after the other, each to its goal', async () => {
      assert.deepEqual(await goals.lines('node-0-server', 'data/formats'), ['formatted']);
      assert.deepEqual(await goals.lines('node-0-server', 'data/migrations'), ['one']);
      const names = (await goals.tasks()).map(({ name, state }) => `${name} ${state}`);
      assert.ok(names.includes('node-1-server RUNNING') && names.includes('node-1-helper RUNNING'), names.join());
      assert.ok(!names.some((name) => name.includes('-say')), 'what only another plan names is not deployed');
    });

    await t.test(
      'an update runs FINISH tasks again and ONCE tasks not, and stops what it restarts in good order',
      async () => {
        await goals.update('node.word=two');
        await goals.reaches('update', 'COMPLETE');
        assert.deepEqual(await goals.lines('node-0-server', 'data/formats'), ['formatted']);
        assert.deepEqual(await goals.lines('node-0-server', 'data/migrations'), ['one', 'two']);
        assert.deepEqual(await goals.lines('node-0-server', 'data/ends'), ['ended'], 'it was given its grace time');
      },
    );

    await t.test('an update with the same options restarts nothing', async () => {
      const before = (await goals.tasks()).map(({ id }) => id);
      await goals.update('node.word=two');
      assert.deepEqual(
        (await goals.tasks()).map(({ id }) => id),
        before,
      );
    });

    await t.test('a plan with parameters gives them to what it launches, and can be run again', async () => {
      for (const said of ['hello', 'again']) {
        await goals.ok('plan', 'start', 'say', '-p', `SAID=${said}`);
        await goals.reaches('say', 'COMPLETE');
      }
      assert.deepEqual(await goals.lines('node-0-server', 'shared/said'), ['hello 0', 'again 0']);
    });

    await t.test('a plan waits for an approval, beside another that runs', async () => {
      await goals.ok('plan', 'start', 'ask', '-p', 'SAID=approved');
      const run = await goals.reaches('ask', 'WAITING');
      assert.match(run.phases[0]?.steps[0]?.message ?? '', /waits for approval: may it begin\?/);
      await goals.ok('plan', 'start', 'say', '-p', 'SAID=beside');
      await goals.reaches('say', 'COMPLETE');
      await goals.ok('plan', 'approve', 'ask');
      await goals.reaches('ask', 'COMPLETE');
      assert.deepEqual((await goals.lines('node-0-server', 'shared/said')).slice(-2), ['beside 0', 'approved 0']);
    });

    await t.test('a sidecar plan that fails is tried ever more slowly, and recovers nothing', async () => {
      const before = await goals.task('node-0-server');
      await goals.ok('plan', 'start', 'fail');
      const run = await goals.reaches('fail', 'DELAYED');
      assert.match(run.phases[0]?.steps[0]?.message ?? '', /exit 3/);
      assert.equal((await goals.task('node-0-server')).id, before.id);
      const first = await goals.task('node-0-fail');
      await until('it was tried again', async () =>
        (await goals.task('node-0-fail')).id === first.id ? undefined : true,
      );
      assert.equal(
        await goals.ok('task', 'logs', first.id),
        'going wrong\n',
        'what an earlier try has printed is kept',
      );
      await goals.ok('plan', 'cancel', 'fail');
      assert.equal((await goals.plan('fail')).status, 'CANCELLED');
    });

    await t.test(
      'a task that is not essential comes back alone, an essential one takes its instance along',
      async () => {
        const [server, helper] = [await goals.task('node-0-server'), await goals.task('node-0-helper')];
        process.kill(initOf(home.path, helper.id), 'SIGKILL');
        await until('the helper is back', async () => {
          const now = await goals.task('node-0-helper');
          return now.id !== helper.id && now.state === 'RUNNING' ? now : undefined;
        });
        assert.equal((await goals.task('node-0-server')).id, server.id);
        const second = await goals.task('node-0-helper');
        process.kill(initOf(home.path, server.id), 'SIGKILL');
        await until('both are back', async () => {
          const now = [await goals.task('node-0-server'), await goals.task('node-0-helper')];
          return now.every(({ id, ready }) => ready && id !== server.id && id !== second.id) ? now : undefined;
        });
        assert.deepEqual(
          await goals.lines('node-0-server', 'data/formats'),
          ['formatted'],
          'in place, with its volume',
        );
      },
    );

    await t.test('a part that is switched off stops and is not recovered; switched on it is back', async () => {
      const server = await goals.task('node-0-server');
      await goals.update('node.helper=false');
      await goals.reaches('update', 'COMPLETE');
      await sleep(1_500);
      assert.equal((await goals.task('node-0-helper')).state, 'KILLED');
      await goals.update('node.helper=true');
      await goals.reaches('update', 'COMPLETE');
      assert.equal((await goals.task('node-0-helper')).state, 'RUNNING');
      assert.equal((await goals.task('node-0-server')).id, server.id);
    });

    await t.test(
      'a paused pod runs nothing, keeps its volumes, and is left alone, also by a restarted server',
      async () => {
        await goals.ok('pod', 'pause', 'node-1');
        await goals.reaches('pause', 'COMPLETE');
        const ended = async (): Promise<boolean> =>
          (await goals.tasks()).filter(({ name, state }) => name.startsWith('node-1-') && state === 'RUNNING')
            .length === 0;
        assert.ok(await ended());
        assert.match(await goals.ok('pod', 'status', 'node-1'), /paused by/i);
        process.kill(home.serverPid(), 'SIGKILL');
        await sleep(500);
        await home.ok('server', 'start');
        await sleep(1_500);
        assert.ok(await ended(), 'nobody started it');
        await goals.ok('pod', 'resume', 'node-1');
        await goals.reaches('resume', 'COMPLETE');
        assert.deepEqual(await goals.lines('node-1-server', 'data/formats'), ['formatted']);
      },
    );

    await t.test('a dry run starts exactly what it showed, or says what has changed', async () => {
      const shown = await goals.json<{ readonly hash: string }>('pod', 'restart', 'node-0', '--dry-run');
      const before = await goals.task('node-0-server');
      assert.equal((await goals.task('node-0-server')).id, before.id, 'a dry run changes nothing');
      await goals.update('node.word=three');
      await goals.reaches('update', 'COMPLETE');
      const stale = await goals.run('pod', 'restart', 'node-0', '--approve', shown.hash);
      assert.equal(stale.code, 4, stale.stdout);
      assert.match(stale.stderr, /plan-stale/);
      assert.match(stale.stderr, /the target configuration/);
      const again = await goals.json<{ readonly hash: string }>('pod', 'restart', 'node-0', '--dry-run');
      await goals.ok('pod', 'restart', 'node-0', '--approve', again.hash);
      await goals.reaches('restart', 'COMPLETE');
    });

    await t.test('a roll back in the middle of an update restarts only what had been updated', async () => {
      const untouched = await goals.task('node-1-server');
      await goals.update('node.word=four');
      await goals.ok('plan', 'pause', 'update');
      await until('the first instance is done or the run rests', async () => {
        const run = await goals.plan('update');
        const steps = run.phases.flatMap(({ steps: all }) => all);
        return steps.every(({ status }) => ['COMPLETE', 'PENDING', 'WAITING'].includes(status)) ? run : undefined;
      });
      await goals.ok('plan', 'rollback', 'update');
      await goals.reaches('update', 'COMPLETE');
      assert.equal((await goals.lines('node-0-server', 'shared/word')).at(-1), 'three');
      assert.equal((await goals.task('node-1-server')).id, untouched.id);
    });

    await t.test('any kept configuration is the target again by one command', async () => {
      const [first = ''] = await goals.json<readonly string[]>('config', 'list');
      await goals.ok('config', 'rollback', first);
      await goals.reaches('update', 'COMPLETE');
      assert.equal((await goals.lines('node-0-server', 'shared/word')).at(-1), 'one');
    });

    await t.test('grown and shrunk: the others are left alone, the highest index goes', async () => {
      const before = await goals.task('node-0-server');
      await goals.update('node.count=3');
      await goals.reaches('update', 'COMPLETE');
      assert.equal((await goals.task('node-2-server')).state, 'RUNNING');
      await goals.update('node.count=1');
      await goals.reaches('update', 'COMPLETE');
      const left = new Set((await goals.tasks()).map(({ name }) => name.split('-', 2).join('-')));
      assert.deepEqual([...left], ['node-0']);
      assert.equal((await goals.task('node-0-server')).id, before.id);
    });

    await t.test('canaries: nothing, then one, then the rest; again with each update', async () => {
      const canary = await install(home, 'canary', 'goals', 'deploy.strategy=serial-canary', 'node.count=3');
      const servers = async (): Promise<readonly string[]> =>
        (await canary.tasks()).flatMap(({ name, ready }) => (name.endsWith('-server') && ready ? [name] : []));
      await canary.reaches('deploy', 'WAITING');
      assert.deepEqual(await canary.tasks(), []);
      assert.notEqual((await canary.run('plan', 'resume', 'deploy')).stdout, '');
      assert.deepEqual(await canary.tasks(), [], 'a canary is let go by naming its phase');
      await canary.ok('plan', 'resume', 'deploy', 'node');
      await until('the canary is up', async () => ((await servers()).length === 1 ? true : undefined));
      await sleep(1_000);
      assert.deepEqual(await servers(), ['node-0-server']);
      await canary.ok('plan', 'resume', 'deploy', 'node');
      await canary.reaches('deploy', 'COMPLETE');
      assert.equal((await servers()).length, 3);
      await canary.update('node.memory=25');
      await canary.reaches('update', 'WAITING');
      await home.ok('package', 'uninstall', 'canary', '--yes');
      assert.deepEqual(
        (await home.json<readonly { readonly name: string }[]>('service', 'list')).map(({ name }) => name),
        ['goals'],
      );
    });

    await t.test('uninstalled, nothing is left', async () => {
      await home.ok('package', 'uninstall', 'goals', '--yes');
      assert.deepEqual(leftOf(home.path), []);
    });
  } finally {
    await home.end();
  }
});
