import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaClient, quick } from '../client/client.ts';
import { controllingNode } from './controlling.ts';

test('the broker that all name is asked; any other only where it passes on', (t) => {
  const client = new KafkaClient(quick);
  t.after(() => client.close());
  const seen = new Map([0, 1].map((id) => [id, { host: '127.0.0.1', port: 9000 + id }]));
  const other = client.node({ host: '127.0.0.1', port: 9000 });
  const asked = (migration: string, controller: number) => {
    const service = { options: { kafka: { metadata: 'zookeeper', migration } } };
    return controllingNode(service, client, { seen, controller }, other);
  };
  const named = client.node({ host: '127.0.0.1', port: 9001 });
  for (const migration of ['none', 'controllers', 'brokers', 'kraft']) assert.equal(asked(migration, 1), named);
  for (const migration of ['none', 'controllers', 'leaving']) assert.equal(asked(migration, -1), undefined);
  for (const migration of ['brokers', 'kraft', 'returning']) assert.equal(asked(migration, -1), other);
});
