import assert from 'node:assert/strict';
import test from 'node:test';
import type { Ensemble, Seen } from './ensemble.ts';
import { replaceVerdict, startVerdict, stopVerdict } from './verdict.ts';

type How = 'leads' | 'follows' | 'behind' | 'outside' | 'silent' | 'new';

const member = (how: How, index: number, followers: number): Seen => {
  const values = new Map<string, number>();
  const base = { id: index + 1, instance: `server-${index}`, launched: how !== 'new', inSync: false };
  const report = { broadcasts: true, values, version: '3.9.5' };
  if (how === 'leads')
    return { ...base, inSync: true, report: { ...report, role: 'leader', syncedFollowers: followers } };
  if (how === 'follows') return { ...base, inSync: true, report: { ...report, role: 'follower' } };
  if (how === 'behind') return { ...base, report: { ...report, role: 'follower' } };
  if (how === 'outside') return { ...base, report: { ...report, broadcasts: false } };
  return { ...base, why: 'ECONNREFUSED' };
};

const ensemble = (...how: readonly How[]): Ensemble => {
  const followers = how.filter((each) => each === 'follows').length;
  const members = how.map((each, index) => member(each, index, followers));
  const leader = members.find(({ report, inSync }) => inSync && report?.role === 'leader');
  return { members, ...(leader === undefined ? {} : { leader }) };
};

const stop = (seen: Ensemble, index: number, ...pending: readonly number[]) =>
  stopVerdict(
    `server-${index}`,
    seen,
    pending.map((each) => `server-${each}`),
  );

test('with all in sync a follower may stop, and the leader when it is the last', () => {
  const seen = ensemble('follows', 'leads', 'follows');
  assert.equal(stop(seen, 0, 1, 2).open, true);
  assert.deepEqual(stop(seen, 1, 0, 2), {
    open: false,
    defer: true,
    reason: 'it is the leader and goes last, after server-0, server-2',
  });
  assert.equal(stop(seen, 1).open, true);
});

test('nobody stops while another one is away, even where a quorum would be left', () => {
  for (const how of ['behind', 'outside', 'silent'] as const) {
    for (const size of [3, 5]) {
      const rest = Array.from({ length: size - 2 }, () => 'follows' as const);
      const seen = ensemble('leads', how, ...rest);
      const answer = stop(seen, size - 1);
      assert.equal(answer.open, false, how);
      assert.match(answer.reason, /server-1 .*: no other member stops meanwhile; it waits for server-1 to be in sync/);
      assert.equal(answer.defer, undefined, 'nothing in this run brings it back');
      assert.equal(stop(seen, size - 1, 1).defer, true, 'it is to be worked on too: it may go first');
    }
  }
});

test('one that does not serve may stop where the others serve without it', () => {
  assert.equal(stop(ensemble('leads', 'outside', 'follows'), 1).open, true);
  assert.equal(stop(ensemble('leads', 'silent', 'follows', 'follows', 'silent'), 1).open, true);
  const needed = stop(ensemble('leads', 'silent', 'silent'), 1);
  assert.equal(needed.open, false, 'it may be the follower that the leader still has');
  assert.match(needed.reason, /whether the quorum needs it is not known/);
  assert.equal(stop(ensemble('outside', 'silent', 'outside'), 1).open, true, 'nobody serves');
});

test('a leader that counts fewer followers than are seen is believed', () => {
  const seen = ensemble('leads', 'follows', 'follows');
  const [first, ...rest] = seen.members;
  assert.ok(first?.report);
  const leader = { ...first, report: { ...first.report, syncedFollowers: 1 } };
  const answer = stopVerdict('server-1', { members: [leader, ...rest], leader }, []);
  assert.equal(answer.open, false);
  assert.match(answer.reason, /server-0 counts 1 of 2 followers in sync/);
});

test('the only member may stop, with what that means, but not be replaced', () => {
  const [alone] = ensemble('leads').members;
  assert.ok(alone);
  const seen = { members: [alone], leader: alone };
  assert.match(stopVerdict('server-0', seen, []).reason, /nothing is served until it is back/);
  assert.equal(stopVerdict('server-0', seen, []).open, true);
  assert.equal(replaceVerdict('server-0', seen).open, false);
  assert.equal(startVerdict('server-0', seen).open, true);
});

test('what a member keeps is destroyed only where a majority of the others is in sync', () => {
  assert.equal(replaceVerdict('server-1', ensemble('leads', 'silent', 'follows')).open, true);
  assert.equal(replaceVerdict('server-1', ensemble('leads', 'silent', 'follows', 'follows', 'silent')).open, true);
  const few = replaceVerdict('server-1', ensemble('leads', 'silent', 'behind'));
  assert.equal(few.open, false);
  assert.match(few.reason, /1 other members are in sync; a quorum takes 2 of 3.*waits for server-2/);
  assert.equal(replaceVerdict('server-1', ensemble('outside', 'new', 'outside')).open, true, 'it keeps nothing');
});

test('a started member is back when it is in sync with a leader', () => {
  const seen = ensemble('leads', 'behind', 'follows');
  assert.equal(startVerdict('server-0', seen).open, true);
  assert.match(startVerdict('server-1', seen).reason, /it follows, but is not in sync/);
  assert.match(startVerdict('server-2', seen).reason, /it follows server-0 and is in sync/);
  const lost = startVerdict('server-0', ensemble('outside', 'silent', 'outside'));
  assert.equal(lost.open, false);
  assert.match(lost.reason, /it is in no quorum; nobody leads: server-1 does not answer \(ECONNREFUSED\), server-2/);
});
