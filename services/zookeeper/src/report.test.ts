import assert from 'node:assert/strict';
import test from 'node:test';
import { epochOf, isBehind, parseMembers, parseReport, parseZxid } from './report.ts';

const lines = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([key, value]) => `zk_${key}\t${value}\n`)
    .join('');

const refusal = 'This ZooKeeper instance is not currently serving requests\n';

test('a leader tells its role, its version and how many follow', () => {
  const report = parseReport(
    lines({
      version: '3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC',
      server_state: 'leader',
      peer_state: 'leading - broadcast',
      synced_followers: '2',
      avg_latency: '0.25',
      znode_count: '5',
    }),
  );
  assert.equal(report.role, 'leader');
  assert.equal(report.broadcasts, true);
  assert.equal(report.syncedFollowers, 2);
  assert.equal(report.version, '3.9.5');
  assert.deepEqual(
    [...report.values],
    [
      ['synced_followers', 2],
      ['avg_latency', 0.25],
      ['znode_count', 5],
    ],
  );
});

test('a follower that still gets its data is not there yet', () => {
  const report = parseReport(lines({ server_state: 'follower', peer_state: 'following - synchronization' }));
  assert.equal(report.role, 'follower');
  assert.equal(report.broadcasts, false);
});

test('one alone needs nobody; an observer, nonsense and one without a quorum have no role', () => {
  assert.equal(parseReport(lines({ server_state: 'standalone' })).broadcasts, true);
  for (const text of ['', refusal, 'HTTP/1.1 400 Bad Request\r\n', lines({ server_state: 'observer' })]) {
    assert.equal(parseReport(text).role, undefined, text);
  }
});

test('the last change is read, and compared only where the leader has made one in its epoch', () => {
  const zxid = parseZxid('Zookeeper version: 3.9.5\nZxid: 0x30000000a\nMode: leader\n');
  assert.equal(zxid, 0x30000000an);
  assert.equal(epochOf(zxid), 3n);
  assert.equal(parseZxid(refusal), undefined);
  assert.equal(isBehind(0x300000009n, zxid), true);
  assert.equal(isBehind(zxid, zxid), false);
  assert.equal(isBehind(0x30000000bn, zxid), false, 'it was asked later');
  assert.equal(isBehind(0x200000fffn, 0x300000000n), false, 'nothing was changed in the new epoch yet');
});

test('the members that one knows', () => {
  const conf =
    'clientPort=2181\nserverId=2\nmembership: \nserver.1=10.0.0.1:5:6:participant\nserver.2=10.0.0.2:5:6:participant\nversion=0';
  assert.deepEqual(
    parseMembers(conf),
    new Map([
      [1, '10.0.0.1:5:6'],
      [2, '10.0.0.2:5:6'],
    ]),
  );
  assert.deepEqual(parseMembers('clientPort=2181\nserverId=0\n'), new Map());
  assert.equal(parseMembers(refusal), undefined);
});
