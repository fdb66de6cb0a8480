import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { ConfigView, InstanceView } from '@warder/sdk';
import { fakeBroker } from '../../../test/fake-broker.ts';
import { skeleton } from '../../../test/skeleton.ts';
import { judge, protocolRefusals } from './refusals.ts';

const at = (version: string, protocol?: string): ConfigView => ({
  spec: { name: 'blue', user: 'nobody', pods: [], plans: [] },
  options: {
    kafka: {
      metadata: 'zookeeper',
      ...(protocol === undefined ? {} : { inter_broker_protocol_version: protocol }),
    },
    zookeeper: { connect: 'a:1' },
  },
  version,
});

const rows: readonly (readonly [
  title: string,
  from: ConfigView,
  to: ConfigView,
  spoken: string,
  why: RegExp | null,
])[] = [
  ['the pin of what is spoken', at('2.8.2'), at('2.8.2', '2.8'), '2.8-IV1', null],
  ['new binaries, pinned', at('2.8.2', '2.8'), at('3.9.2', '2.8'), '2.8', null],
  ['new binaries of the same release', at('3.9.1'), at('3.9.2'), '3.9-IV0', null],
  ['the protocol, with the new binaries everywhere', at('3.9.2', '2.8'), at('3.9.2', '3.9'), '2.8', null],
  ['the way back, pinned', at('3.9.2', '2.8'), at('2.8.2', '2.8'), '2.8', null],
  ['the way back, to where nothing was pinned', at('3.9.2', '2.8'), at('2.8.2'), '2.8', null],
  ['the way back from a raise that has reached nobody', at('3.9.2', '3.9'), at('3.9.2', '2.8'), '2.8', null],
  [
    'new binaries without a pin',
    at('2.8.2'),
    at('3.9.2'),
    '2.8-IV1',
    /warder blue upgrade --to 3\.9\.2, or set it to 2\.8/,
  ],
  ['the pin taken out', at('3.9.2', '2.8'), at('3.9.2'), '2.8', /each would go by 3\.9 as it restarts/],
  [
    'new binaries and their protocol at once',
    at('2.8.2'),
    at('3.9.2', '3.9'),
    '2.8',
    /Kafka 2\.8\.2 does not know.*side by side/,
  ],
  ['lowered', at('3.9.2', '3.9'), at('3.9.2', '2.8'), '3.9', /cannot be lowered \(3\.9 -> 2\.8\)/],
  [
    'older binaries after the raise',
    at('3.9.2', '3.9'),
    at('2.8.2'),
    '3.9',
    /Kafka 2\.8\.2 does not know .*\(3\.9\): there is no way back/,
  ],
  ['older binaries of a cluster that began with newer ones', at('3.9.2'), at('2.8.2'), '3.9-IV0', /no way back/],
];

for (const [title, from, to, spoken, why] of rows) {
  test(`${title}: ${why === null ? 'taken' : 'refused'}`, () => {
    const told = judge(from, to, spoken).join();
    if (why === null) assert.equal(told, '');
    else assert.match(told, why);
  });
}

/** Its answer to DescribeConfigs v1: what it goes by, what it would go by, and the format. */
const configs = (protocol: string, newest: string) => (): Writer => {
  const synonym = (to: Writer, name: string, value: string, source: number): Writer =>
    to.appendString(name, false).appendString(value, false).appendInt8(source);
  const entry = (to: Writer, name: string, value: string): Writer =>
    to
      .appendString(name, false)
      .appendString(value, false)
      .appendBoolean(true)
      .appendInt8(4)
      .appendBoolean(false)
      .appendArray(
        [
          [value, 4],
          [newest, 5],
        ] as const,
        (each, [text, source]) => void synonym(each, name, text, source),
        false,
        false,
      );
  const entries = ['inter.broker.protocol.version', 'log.message.format.version'];
  return Writer.create()
    .appendInt32(0)
    .appendArray(
      [0],
      (to) =>
        void to
          .appendInt16(0)
          .appendString(null, false)
          .appendInt8(4)
          .appendString('0', false)
          .appendArray(entries, (each, name) => void entry(each, name, protocol), false, false),
      false,
      false,
    );
};

const refused = async (t: TestContext, from: ConfigView, to: ConfigView, speaks: readonly (string | undefined)[]) => {
  const spec = await skeleton({ combined: false, brokers: speaks.length, controllers: 0 });
  const instances: InstanceView[] = [];
  for (const [index, protocol] of speaks.entries()) {
    const offers = { 18: { min: 0, max: 3 }, 32: { min: 0, max: 1 } };
    const answer = protocol === undefined ? () => 'drop' as const : configs(protocol, '3.9-IV0');
    const broker = await fakeBroker({ offers, answer });
    t.after(() => broker.close());
    instances.push({
      name: `broker-${index}`,
      pod: 'broker',
      index,
      address: '127.0.0.1',
      ports: { client: broker.address.port },
      tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
    });
  }
  const service = { name: 'blue', uid: '0'.repeat(32), ...from, spec, instances };
  return (await protocolRefusals({ from, to, service, signal: AbortSignal.timeout(5000) })).join();
};

test('the newest protocol that a broker goes by counts, whatever the options say', async (t) => {
  const back = (...speaks: readonly (string | undefined)[]) =>
    refused(t, at('3.9.2', '2.8'), at('2.8.2', '2.8'), speaks);
  assert.equal(await back('2.8', '2.8-IV1'), '');
  assert.match(await back('2.8', '3.9'), /no way back/);
  assert.equal(await back('2.8', undefined), '', 'who restarts goes by what it was last to have');
  assert.match(await refused(t, at('3.9.2', '3.9'), at('3.9.2', '2.8'), ['2.8', undefined]), /cannot be lowered/);
  assert.equal(await refused(t, at('3.9.2', '3.9'), at('3.9.2', '2.8'), ['2.8', '2.8']), '');
});

test('brokers that are all down keep nobody from going back to what they understand', async (t) => {
  assert.equal(await refused(t, at('3.9.2', '2.8'), at('2.8.2', '2.8'), []), '');
  assert.match(await refused(t, at('3.9.2'), at('2.8.2'), []), /no way back/);
});

test('nobody is asked when nothing of it changes', async (t) => {
  assert.equal(await refused(t, at('3.9.2', '2.8'), at('3.9.2', '2.8-IV1'), [undefined]), '');
});
