/**
 * A real ensemble of ZooKeeper on three agents: a client writes and reads all the time, while it rolls, loses a member,
 * and has one replaced. What was acknowledged is never lost, and no request is refused for longer than an election.
 */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { withSession } from '../services/kafka/src/zookeeper/session.ts';
import { createHome, until } from './home.ts';
import { javaOf, leftOf } from './jail.ts';
import { serviceOf } from './service.ts';
import { needs } from './skip.ts';

type Member = {
  readonly id: number;
  readonly instance: string;
  readonly address: string;
  readonly role: string | null;
  readonly inSync: boolean;
};
type Status = {
  readonly serves: boolean;
  readonly leader: string;
  readonly inSync: number;
  readonly members: readonly Member[];
};

const small = [
  'servers.heap=48',
  'servers.memory=192',
  'servers.placement=hostname:UNIQUE',
  'servers.jvm_options=-XX:TieredStopAtLevel=1',
  'zookeeper.tick_time_ms=500',
].flatMap((each) => ['--set', each]);

/** Writes znodes one after the other; each that was acknowledged must be there at the end. */
const writer = (hosts: () => string) => {
  const acked: string[] = [];
  let stopped = false;
  let longestMs = 0;
  const signal = new AbortController().signal;
  const write = async (): Promise<void> => {
    for (let number = 0; !stopped; number += 1) {
      const began = Date.now();
      const path = `/ledger/${String(number).padStart(6, '0')}`;
      for (let done = false; !done && !stopped;) {
        done = await withSession(hosts(), signal, async (session) => {
          // Of one that was not answered it is not known whether it was written: that it is there is as good.
          await session.create(path, String(number));
          acked.push(path);
          return true;
        }).catch(() => new Promise<false>((again) => setTimeout(() => again(false), 50)));
      }
      longestMs = Math.max(longestMs, Date.now() - began);
      await new Promise((next) => setTimeout(next, 20));
    }
  };
  const ended = write();
  return {
    acked,
    stop: async (): Promise<number> => {
      stopped = true;
      await ended;
      return longestMs;
    },
  };
};

test('ZooKeeper', { skip: needs('root', 'runc', 'ip', 'java', 'mvn'), timeout: 300_000 }, async (t) => {
  const home = createHome('zookeeper');
  const zookeeper = serviceOf(home, 'zookeeper');
  const status = (): Promise<Status> => zookeeper.json<Status>('ensemble', 'status');
  const ids = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await zookeeper.tasks()).map(({ name, id }) => [name, id]));
  const allInSync = (): Promise<Status> =>
    until('all members are in sync', async () => {
      const seen = await status();
      return seen.inSync === 3 ? seen : undefined;
    });
  const signal = new AbortController().signal;
  try {
    let connect = '';
    await t.test('installs with one command: it is done when all are in the quorum', async () => {
      await home.ok('server', 'start', '--agents', '4');
      await home.ok('package', 'install', 'zookeeper', '--yes', ...small);
      const seen = await status();
      assert.equal(seen.serves, true);
      assert.equal(seen.inSync, 3);
      assert.deepEqual(
        seen.members.filter(({ role }) => role === 'follower').map(({ instance }) => instance),
        ['server-0', 'server-1', 'server-2'].filter((name) => name !== seen.leader),
        'one leads, the others follow',
      );
      connect = (await zookeeper.ok('endpoints', 'connect')).trim();
      assert.equal(connect.split(',').length, 3);
    });

    await withSession(connect, signal, (session) => session.create('/ledger'));
    const ledger = writer(() => connect);

    await t.test('a change rolls one member at a time, the leader last', async () => {
      const [before, was] = [await ids(), await status()];
      await zookeeper.update('zookeeper.snapshots_kept=4');
      const run = await zookeeper.reaches('update', 'COMPLETE', 120_000);
      const after = await ids();
      for (const [name, id] of after) assert.notEqual(id, before.get(name), `${name} restarted`);
      const started = (
        await zookeeper.json<readonly { readonly name: string; readonly startedMs?: number }[]>('task', 'list')
      )
        .toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0))
        .map(({ name }) => name);
      assert.equal(started.at(-1), `${was.leader}-server`, JSON.stringify(run));
      assert.equal((await zookeeper.ok('endpoints', 'connect')).trim(), connect, 'addresses and ports are kept');
    });

    await t.test('while a member hangs, no other one stops', async () => {
      const before = await ids();
      const { members, leader } = await allInSync();
      const follower = members.find(({ role }) => role === 'follower')?.instance ?? '';
      const hung = javaOf(home.path, before.get(`${follower}-server`) ?? '');
      process.kill(hung, 'SIGSTOP');
      try {
        await zookeeper.ok('pod', 'restart', leader);
        const why = new RegExp(`${follower} does not answer.*it waits for ${follower} to be in sync`);
        await until('the restart waits', async () => {
          const steps = (await zookeeper.plan('restart')).phases.flatMap((phase) => phase.steps);
          return steps.find(({ status: is, message }) => is === 'WAITING' && why.test(message));
        });
        await new Promise((done) => setTimeout(done, 2_000));
        assert.deepEqual(await ids(), before, 'nothing was stopped');
      } finally {
        process.kill(hung, 'SIGCONT');
      }
      await zookeeper.reaches('restart', 'COMPLETE');
      const after = await ids();
      for (const [name, id] of after) assert.equal(id === before.get(name), name !== `${leader}-server`, name);
      await allInSync();
    });

    await t.test('a killed member comes back with its data', async () => {
      process.kill(javaOf(home.path, (await ids()).get('server-1-server') ?? ''), 'SIGKILL');
      await until('server-1 is out', async () => ((await status()).inSync < 3 ? true : undefined));
      await allInSync();
      await zookeeper.reaches('recovery', 'COMPLETE');
    });

    await t.test(
      'a replaced member starts empty, at another place, and every other one learns where it is',
      async () => {
        const volumes = (): readonly string[] => globSync(`${home.path}/engine/volumes/*server-2*`);
        const [before, was] = [volumes(), await status()];
        const [agent] = (
          await zookeeper.json<
            readonly { readonly name: string; readonly agentId?: string; readonly agent?: string }[]
          >('task', 'list')
        )
          .filter(({ name }) => name === 'server-2-server')
          .map((task) => task.agent ?? task.agentId ?? '');
        await home.ok('agent', 'cordon', agent ?? '');
        await zookeeper.ok('pod', 'replace', 'server-2', '--wait');
        assert.notDeepEqual(volumes(), before, 'a new volume');
        const now = await allInSync();
        const [old, fresh] = [was, now].map(({ members }) => members.find(({ id }) => id === 3)?.address);
        assert.notEqual(fresh, old, 'it is elsewhere');
        connect = (await zookeeper.ok('endpoints', 'connect')).trim();
        assert.equal(connect.includes(fresh ?? '-'), true);
        const run = await zookeeper.plan('replace');
        assert.equal(
          run.phases.find(({ name }) => name === 'refresh')?.steps.length,
          4,
          'the two others were restarted',
        );
        // It can lead now, wherever it is: the leader goes, twice.
        for (let times = 0; times < 2; times += 1) {
          const { leader } = await allInSync();
          process.kill(javaOf(home.path, (await ids()).get(`${leader}-server`) ?? ''), 'SIGKILL');
          await until('another one leads', async () => ((await status()).leader !== leader ? true : undefined));
          await allInSync();
        }
      },
    );

    await t.test('what was acknowledged is there, at every member', async () => {
      const longestMs = await ledger.stop();
      assert.equal(ledger.acked.length > 100, true);
      for (const host of connect.split(',')) {
        await withSession(host, signal, async (session) => {
          await session.sync('/ledger');
          const found = new Set(await session.children('/ledger'));
          assert.deepEqual(
            ledger.acked.filter((path) => !found.has(path.slice('/ledger/'.length))),
            [],
            host,
          );
        });
      }
      t.diagnostic(`${ledger.acked.length} znodes; the longest wait for one was ${longestMs} ms`);
    });

    await t.test('one member alone serves, says what a restart means, and cannot be replaced', async () => {
      const alone = ['servers.count=1', 'servers.heap=48', 'servers.memory=192'].flatMap((each) => ['--set', each]);
      await home.ok('package', 'install', 'zookeeper', '--name', 'alone', '--yes', ...alone);
      assert.match(await home.ok('alone', 'ensemble', 'status'), /^serves; server-0 leads; 1 of 1/);
      const dry = await home.ok('package', 'update', 'alone', '--set', 'servers.heap=56', '--dry-run');
      assert.match(dry, /alone has one member: nothing is served while it restarts/);
      await home.ok('package', 'update', 'alone', '--set', 'servers.heap=56');
      assert.match(await home.ok('alone', 'member', 'list'), /serves alone/);
      const refused = await home.run('alone', 'pod', 'replace', 'server-0');
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /it is the only member: everything that the ensemble keeps would be lost/);
    });

    await t.test('what cannot be done is refused with what to do', async () => {
      const grown = await home.run('package', 'update', 'zookeeper', '--set', 'servers.count=5');
      assert.notEqual(grown.code, 0);
      assert.match(grown.stderr, /servers\.count cannot change \(3 -> 5\).*install another ensemble/s);
      const metrics = await fetch(home.url('/v1/metrics/prometheus').url, { headers: home.url('/').headers });
      assert.match(await metrics.text(), /zookeeper_members_in_sync\{.*\} 3/);
      assert.match(await zookeeper.ok('member', 'get', '1'), /may stop/);
    });
  } finally {
    await home.end();
    assert.deepEqual(leftOf(home.path), []);
  }
});
