/** Reading an ensemble over real sockets; the members are played. The real ones are in e2e/. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { InstanceView, ServiceView } from '@warder/sdk';
import { fakeMember } from '../test/fake-member.ts';
import { readEnsemble, stateOf } from './ensemble.ts';
import { refreshMembers } from './refresh-members.ts';

type Played = () => Readonly<Record<string, string>>;

const role = (state: string, zxid: string, followers = 0): Played => {
  const peer = state === 'leader' ? 'leading' : 'following';
  const mntr = `zk_server_state\t${state}\nzk_peer_state\t${peer} - broadcast\nzk_synced_followers\t${followers}\n`;
  return () => ({ mntr, srvr: `Zxid: ${zxid}\nMode: ${state}\n` });
};

const outside: Played = () => ({ mntr: 'This ZooKeeper instance is not currently serving requests\n' });

/** A port where nobody listens. */
const nobody = 1;

const serviceOf = async (t: TestContext, played: readonly (Played | undefined)[]): Promise<ServiceView> => {
  const instances = await Promise.all(
    played.map(async (answers, index): Promise<InstanceView> => {
      const fake = answers && (await fakeMember(answers));
      if (fake !== undefined) t.after(() => fake.close());
      return {
        name: `server-${index}`,
        pod: 'server',
        index,
        address: '127.0.0.1',
        ports: { client: fake?.port ?? nobody, quorum: 10 + index, election: 20 + index },
        tasks: [{ id: `t${index}`, name: 'server', state: 'RUNNING', ready: true }],
      };
    }),
  );
  const pod = { name: 'server', count: played.length } as ServiceView['spec']['pods'][number];
  const spec = { name: 'zookeeper', user: 'nobody', pods: [pod], plans: [] };
  return { name: 'zookeeper', uid: '0'.repeat(32), version: '3.9.5', options: {}, spec, instances };
};

const signal = new AbortController().signal;

test('a leader, one that follows it, one that is not there', async (t) => {
  const service = await serviceOf(t, [role('follower', '0x200000004'), role('leader', '0x200000004', 1), undefined]);
  const { members, leader } = await readEnsemble(service, signal);
  assert.equal(leader?.instance, 'server-1');
  assert.deepEqual(
    members.map(({ inSync }) => inSync),
    [true, true, false],
  );
  assert.match(members.map(stateOf).join(), /^follows,leads,does not answer \(.*ECONNREFUSED/);
});

test('one that follows, but has not applied what the leader has, is not in sync', async (t) => {
  const service = await serviceOf(t, [role('follower', '0x200000003'), role('leader', '0x200000004', 1)]);
  const { members } = await readEnsemble(service, signal);
  assert.equal(members[0]?.inSync, false);
});

test('of two that say that they lead, the one of the newer epoch does', async (t) => {
  const service = await serviceOf(t, [role('leader', '0x1000000ff', 1), role('leader', '0x200000001', 1), outside]);
  const { members, leader } = await readEnsemble(service, signal);
  assert.equal(leader?.instance, 'server-1');
  assert.equal(members[0]?.inSync, false);
});

test('without a leader nobody is in sync', async (t) => {
  const service = await serviceOf(t, [role('follower', '0x200000003'), outside, undefined]);
  const { members, leader } = await readEnsemble(service, signal);
  assert.equal(leader, undefined);
  assert.ok(members.every(({ inSync }) => !inSync));
});

const knows = (...places: readonly string[]): Played => {
  const lines = places.map((place, index) => `server.${index + 1}=${place}:participant\n`).join('');
  return () => ({ conf: `serverId=1\nmembership: \n${lines}version=0` });
};

const refresh = async (
  service: ServiceView,
): Promise<{ readonly result: unknown; readonly phases: readonly unknown[] }> => {
  const phases: unknown[] = [];
  const context = { service, args: {}, runId: 'run-1', stepId: 'run-1.1.0', signal };
  const result = await refreshMembers({ ...context, addPhases: (added) => phases.push(...added) });
  return { result, phases };
};

test('after a replace those are restarted that know an old place, and nobody else', async (t) => {
  const places = ['127.0.0.1:10:20', '127.0.0.1:11:21'];
  const all = await serviceOf(t, [knows(...places), knows(...places)]);
  assert.deepEqual(await refresh(all), { result: { restarted: [] }, phases: [] });
  const one = await serviceOf(t, [knows('127.0.0.1:10:20', '127.0.0.9:11:21'), knows(...places)]);
  assert.deepEqual(await refresh(one), {
    result: { restarted: ['server-0'] },
    phases: [
      {
        name: 'refresh',
        pod: 'server',
        strategy: 'serial',
        steps: [
          { kind: 'stop', index: 0 },
          { kind: 'launch', tasks: ['server'], index: 0 },
        ],
      },
    ],
  });
});

test('while one does not tell whom it knows, it is asked again', async (t) => {
  const service = await serviceOf(t, [() => ({ conf: 'This ZooKeeper instance is not currently serving requests' })]);
  await assert.rejects(refresh(service), /server-0 is in no quorum yet/);
});
