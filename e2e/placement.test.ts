/** Every kind of placement rule, on agents with zones and racks; agents that are drained, lost and gone. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import { leftOf } from './jail.ts';
import { install } from './service.ts';
import { needs } from './skip.ts';

const skip = needs('root', 'runc', 'ip');

type AgentSeen = {
  readonly offer: { readonly agentId: string; readonly attributes: Readonly<Record<string, string>> };
};

test('rules of placement, and agents that come and go', { timeout: 420_000, skip }, async (t) => {
  const home = createHome('placement');
  const agents = ['a-1', 'a-2', 'b-1'].map((name) => {
    const [zone = ''] = name.split('-');
    return `  - { name: ${name}, attributes: { zone: ${zone}, rack: ${name} }, cpus: 2, memory: 1024, disk: 2048 }\n`;
  });
  writeFileSync(join(home.path, 'agents.yml'), `agents:\n${agents.join('')}`);
  try {
    await home.ok('server', 'start');
    const known = await home.json<readonly AgentSeen[]>('agent', 'list');
    assert.equal(known.length, 3);
    const inZone = async (zone: string): Promise<string> =>
      (await home.json<readonly AgentSeen[]>('agent', 'list')).find(({ offer }) => offer.attributes['zone'] === zone)
        ?.offer.agentId ?? '';
    const cases: readonly { rule: string; count: number; placed: number; says?: RegExp }[] = [
      { rule: '[["hostname","UNIQUE"]]', count: 4, placed: 3, says: /at most 1/ },
      { rule: '[["@zone","MAX_PER","1"]]', count: 3, placed: 2, says: /zone/ },
      { rule: '[["@zone","GROUP_BY","2"]]', count: 2, placed: 2 },
      { rule: '[["@zone","IS","b"]]', count: 2, placed: 2 },
      { rule: '[["rack","LIKE","a-.*"],["hostname","UNIQUE"]]', count: 3, placed: 2, says: /rack/ },
      { rule: 'rack:UNLIKE:a-.*', count: 1, placed: 1 },
      { rule: '[["rack","CLUSTER","nowhere"]]', count: 1, placed: 0, says: /rack is a-1, must be nowhere/ },
    ];
    for (const { rule, count, placed, says } of cases) {
      await t.test(`${rule} with ${count} instances places ${placed}`, async () => {
        const service = await install(home, 'places', 'places', `placement=${rule}`, `count=${count}`);
        await until(`${placed} run`, async () => {
          const up = (await service.tasks()).filter(({ state }) => state === 'RUNNING').length;
          return up === placed ? up : undefined;
        });
        if (says !== undefined) {
          assert.match(await service.ok('debug', 'why'), says);
          assert.notEqual((await service.plan('deploy')).status, 'COMPLETE');
        }
        await home.ok('package', 'uninstall', 'places', '--yes');
        assert.deepEqual(leftOf(home.path), []);
      });
    }

    await t.test('a changed rule moves nothing; a replace goes by it, with the zone in its environment', async () => {
      const service = await install(home, 'places', 'places', 'placement=[["@zone","IS","a"]]', 'count=1');
      await service.reaches('deploy', 'COMPLETE');
      const before = await service.task('node-0-server');
      await service.update('placement=[["@zone","IS","b"]]');
      await service.reaches('update', 'COMPLETE');
      assert.equal((await service.task('node-0-server')).id, before.id);
      assert.deepEqual(await service.lines('node-0-server', 'data/word'), ['one a']);
      await service.ok('pod', 'replace', 'node-0');
      await service.reaches('replace', 'COMPLETE');
      assert.deepEqual(await service.lines('node-0-server', 'data/word'), ['one b']);
    });

    await t.test('a drained agent is emptied, and serves again when it is given back', async () => {
      const id = await inZone('b');
      const running = async (): Promise<number> => {
        const { stdout } = await home.run('places', 'task', 'list', '--json');
        return (JSON.parse(stdout) as readonly { readonly state: string }[]).filter(({ state }) => state === 'RUNNING')
          .length;
      };
      await home.ok('agent', 'drain', id);
      await until('it is empty', async () => ((await running()) === 0 ? true : undefined));
      await home.ok('agent', 'uncordon', id);
      await until('it runs again', async () => ((await running()) === 1 ? true : undefined));
    });

    await t.test(
      'what was on an agent that is gone for ever is replaced, and its name, not its data, comes back',
      async () => {
        const id = await inZone('b');
        await home.ok('package', 'update', 'places', '--set', 'placement=');
        await home.ok('agent', 'gone', id, '--yes');
        await until('it runs elsewhere', async () => {
          const { stdout } = await home.run('places', 'task', 'cat', 'node-0-server', 'data/word');
          return stdout.startsWith('one a') ? true : undefined;
        });
        await home.ok('package', 'uninstall', 'places', '--yes');
      },
    );
  } finally {
    await home.end();
  }
});
