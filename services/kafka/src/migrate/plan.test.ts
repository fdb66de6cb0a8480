import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MadePhase, ServiceView } from '@warder/sdk';
import { skeleton } from '../../test/skeleton.ts';
import { readOptions } from '../options.ts';
import { backPhasesOf } from './back.ts';
import { migrateCommand } from './command.ts';
import { lastOptions, migratePlan, phasesOf, reviewOf } from './plan.ts';
import type { Stage } from './stage.ts';
import { readWish } from './wish.ts';

const wish = { soakMs: 5000, acceptsPauses: false };

const zookeeper = { kafka: { metadata: 'zookeeper' }, zookeeper: { connect: '127.0.0.1:1' } };

/** `brokers: =brokers metadata-migrated`; `=` is a configuration, `!` a call, `?` a person. */
const shown = ({ name, steps = [] }: MadePhase): string => {
  const words = steps.map((step) => {
    if (step.kind === 'configure') return `=${step.name}`;
    if (step.kind === 'call') return `!${step.procedure}`;
    return step.kind === 'wait' ? `${step.probe}${step.soakMs === undefined ? '' : ` ${step.soakMs}`}` : '?';
  });
  return `${name}: ${words.join(' ')}`;
};

const preFlight = 'pre-flight: !migration-pre-flight';
const controllers = 'controllers: =controllers controllers-ready';
const brokers = 'brokers: =brokers metadata-migrated';
const kraft = ['kraft: =kraft brokers-on-kraft', 'soak: brokers-on-kraft 5000'];
const finalise = 'finalise: ? =kraft-alone controllers-alone !leave-zookeeper';

const there: Readonly<Record<Exclude<Stage, 'leaving'>, readonly string[]>> = {
  none: [preFlight, controllers, brokers, ...kraft, finalise],
  controllers: [controllers, brokers, ...kraft, finalise],
  brokers: [brokers, ...kraft, finalise],
  kraft: [...kraft, finalise],
  returning: [...kraft, finalise],
  done: ['finalise: =kraft-alone controllers-alone !leave-zookeeper'],
};

for (const [stage, phases] of Object.entries(there)) {
  test(`from stage ${stage} the plan is what lies ahead`, () => {
    assert.deepEqual(phasesOf(stage as Stage, wish, readOptions(zookeeper)).map(shown), phases);
  });
}

const complete = 'zookeeper-complete: zookeeper-complete 3000';
const leaving = 'controllers: =leaving';
const forget = 'controller: !forget-migration broker-controls';
const alone = 'zookeeper: =none zookeeper-alone';

const back: Readonly<Record<Exclude<Stage, 'done'>, readonly string[]>> = {
  none: [forget],
  controllers: [complete, leaving, forget, alone],
  brokers: [complete, leaving, forget, alone],
  kraft: ['brokers: =returning zookeeper-complete', leaving, forget, alone],
  returning: ['brokers: =returning zookeeper-complete', leaving, forget, alone],
  leaving: [leaving, forget, alone],
};

for (const [stage, phases] of Object.entries(back)) {
  test(`from stage ${stage} the way back begins where the cluster is`, () => {
    assert.deepEqual(backPhasesOf(stage as Stage).map(shown), phases);
  });
}

test('nothing is for good before a person agrees', () => {
  const steps = phasesOf('none', wish, readOptions(zookeeper)).flatMap((phase) => phase.steps ?? []);
  const doors = steps.filter((step) => 'oneWay' in step && step.oneWay !== undefined);
  assert.deepEqual(
    doors.map((step) => 'name' in step && step.name),
    ['kraft-alone', 'leave-zookeeper'],
  );
  const asked = steps.findIndex(({ kind }) => kind === 'approve');
  assert.ok(doors.every((door) => steps.indexOf(door) > asked));
  assert.match(reviewOf('none', readOptions(zookeeper), 'kafka').join(), /3 controllers with 512 MiB each/);
  assert.match(reviewOf('done', readOptions(zookeeper), 'kafka').join(), /for good/);
  assert.equal(migratePlan.rollback, 'migrate-back');
});

test('the last stage takes away what only ZooKeeper needs', () => {
  const plain = lastOptions(readOptions(zookeeper));
  assert.deepEqual(plain, { metadata: 'kraft', migration: 'none' });
  const extra = {
    'zookeeper.session.timeout.ms': '6000',
    'authorizer.class.name': 'kafka.security.authorizer.AclAuthorizer',
    'super.users': 'User:me',
  };
  const options = readOptions({ ...zookeeper, kafka: { inter_broker_protocol_version: '3.9', extra } });
  assert.deepEqual(lastOptions(options), {
    metadata: 'kraft',
    migration: 'none',
    inter_broker_protocol_version: null,
    extra: {
      'zookeeper.session.timeout.ms': null,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    },
  });
});

test('parameters are checked, and the command gives them', () => {
  assert.deepEqual(readWish({}), { soakMs: 60_000, acceptsPauses: false });
  assert.throws(() => readWish({ soak: '1m' }), { code: 'param-invalid' });
  assert.throws(() => readWish({ unavailable: 'yes' }), { code: 'param-invalid' });
  const start = (options: Readonly<Record<string, string | boolean>>) => migrateCommand.start({ args: [], options });
  assert.deepEqual(start({ back: true }), { plan: 'migrate-back', params: {} });
  const params = { soak: '3', unavailable: 'accept' };
  assert.deepEqual(start({ soak: '3', acceptUnavailable: true }), { plan: 'migrate', params });
});

const make = async (options: ServiceView['options'], version = '3.9.2') => {
  const spec = await skeleton({ combined: false, brokers: 3, controllers: 3 });
  const service = { name: 'kafka', uid: '0'.repeat(32), version, options, spec, instances: [] };
  return migratePlan.make({ service, params: {}, signal: AbortSignal.timeout(5000) });
};

test('what cannot be migrated is refused by name', async () => {
  await assert.rejects(make({}), { code: 'already', message: /has controllers of its own/ });
  const refused = (message: RegExp) => ({ code: 'migrate-refused', message });
  await assert.rejects(
    make(zookeeper, '2.8.2'),
    refused(/Kafka 2\.8\.2 cannot be migrated.*warder kafka upgrade first/),
  );
  await assert.rejects(make(zookeeper), refused(/no broker answers/));
  const leaves = { ...zookeeper, kafka: { metadata: 'zookeeper', migration: 'leaving' } };
  await assert.rejects(make(leaves), refused(/on its way back: warder kafka migrate --back first/));
});
