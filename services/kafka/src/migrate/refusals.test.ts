import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigView } from '@warder/sdk';
import { migrationRefusals } from './refusals.ts';
import { mayFollow, type Stage } from './stage.ts';

const stages: readonly Stage[] = ['none', 'controllers', 'brokers', 'kraft', 'returning', 'leaving', 'done'];

const at = (stage: Stage, change: Readonly<Record<string, object>> = {}, version = '3.9.2'): ConfigView => {
  const where = stage === 'done' ? { metadata: 'kraft' } : { metadata: 'zookeeper', migration: stage };
  const options = { zookeeper: { connect: 'a:1' }, ...change, kafka: { ...where, ...change['kafka'] } };
  return { spec: { name: 'kafka', user: 'nobody', pods: [], plans: [] }, options, version };
};

const told = (from: ConfigView, to: ConfigView): string => migrationRefusals(from, to).join('; ');

test('only single steps there and back are allowed, and what is for good stays', () => {
  const allowed = stages.flatMap((from) =>
    stages.filter((to) => from !== to && told(at(from), at(to)) === '').map((to) => `${from} ${to}`),
  );
  assert.deepEqual(allowed, [
    'none controllers',
    'controllers brokers',
    'controllers leaving',
    'brokers kraft',
    'brokers leaving',
    'kraft returning',
    'kraft done',
    'returning kraft',
    'returning leaving',
    'leaving none',
  ]);
});

test('a jump names the way', () => {
  assert.match(
    told(at('none'), at('kraft')),
    /kafka\.migration cannot become kraft from stage none.*warder kafka migrate$/,
  );
  assert.match(told(at('none'), at('done')), /cannot change \(zookeeper -> kraft\) by an update: warder kafka migrate/);
  assert.match(told(at('brokers'), at('done')), /kafka\.metadata cannot become kraft from stage brokers/);
  assert.match(told(at('kraft'), at('none')), /warder kafka migrate --back, or roll its plan back/);
  assert.match(told(at('done'), at('kraft')), /for good/);
});

test('what may not change while it moves is refused; the same may change before and after', () => {
  const changes: readonly (readonly [RegExp, Readonly<Record<string, object>>])[] = [
    [
      /brokers\.count cannot change \(3 -> 4\): first bring the migration to its end, or back/,
      { brokers: { count: 4 } },
    ],
    [/inter_broker_protocol_version cannot change/, { kafka: { inter_broker_protocol_version: '3.8' } }],
    [/zookeeper\.chroot cannot change/, { zookeeper: { connect: 'a:1', chroot: '/mine' } }],
  ];
  for (const [why, change] of changes) {
    for (const stage of ['controllers', 'brokers', 'kraft', 'returning', 'leaving'] as const)
      assert.match(told(at(stage), at(stage, change)), why);
    assert.match(told(at('none'), at('controllers', change)), why);
  }
  assert.match(told(at('kraft'), at('kraft', {}, '4.4.0')), /version cannot change \(3\.9\.2 -> 4\.4\.0\)/);
  assert.equal(told(at('none'), at('none', { brokers: { count: 4 } })), '');
  assert.equal(told(at('done'), at('done', { brokers: { count: 4 } }, '4.4.0')), '');
  assert.match(told(at('none'), at('none', { zookeeper: { connect: 'a:1', chroot: '/mine' } })), /is there$/);
});

test('the protocol goes with the last stage', () => {
  const pinned = at('kraft', { kafka: { inter_broker_protocol_version: '3.9' } });
  assert.equal(told(pinned, at('done')), '');
  assert.match(told(pinned, at('returning')), /inter_broker_protocol_version cannot change/);
});

test('whoever goes back can go on again, but not into what was left', () => {
  assert.ok(mayFollow('returning', 'kraft'));
  assert.ok(!mayFollow('returning', 'brokers'), 'some of its brokers may have left ZooKeeper');
  assert.ok(!mayFollow('leaving', 'brokers'));
});
