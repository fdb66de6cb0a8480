/** Quotas of a real Kafka. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { print } from '../routes.ts';
import type { Given } from './given.ts';

export const quotaTests = (cluster: Given): void => {
  test('quotas: of users, clients, both, and by default', async () => {
    assert.equal(await print(cluster(), 'quota list'), 'no quotas');
    await print(cluster(), 'quota set', [], {
      user: 'ada',
      clientId: 'shop',
      producerByteRate: '1048576',
      requestPercentage: '12.5',
    });
    await print(cluster(), 'quota set', [], { user: 'ada', consumerByteRate: '2097152' });
    assert.equal(
      await print(cluster(), 'quota set', [], { defaultUser: true, consumerByteRate: '1000' }),
      'default user: consumer_byte_rate=1000',
    );
    const text = await print(cluster(), 'quota list');
    assert.match(text, /^default user +consumer_byte_rate=1000$/m);
    assert.match(text, /^user ada +consumer_byte_rate=2097152$/m);
    assert.match(text, /^user ada, client-id shop +(?=.*producer_byte_rate=1048576)(?=.*request_percentage=12\.5)/m);
    await assert.rejects(print(cluster(), 'quota set', [], { user: 'ada' }), { code: 'input-invalid', status: 400 });
    await assert.rejects(print(cluster(), 'quota set', [], { producerByteRate: '5' }), { code: 'input-invalid' });
    await assert.rejects(print(cluster(), 'quota set', [], { user: 'ada', producerByteRate: '-5' }), {
      code: 'input-invalid',
    });
    await assert.rejects(print(cluster(), 'quota set', [], { user: 'ada', producerByteRate: '0.5' }), {
      code: 'input-invalid',
    });
    await assert.rejects(print(cluster(), 'quota remove', [], { user: 'bob' }), { code: 'quota-unknown', status: 404 });
    await print(cluster(), 'quota remove', [], { user: 'ada', clientId: 'shop' });
    await print(cluster(), 'quota remove', [], { user: 'ada' });
    await print(cluster(), 'quota remove', [], { defaultUser: true });
    assert.equal(await print(cluster(), 'quota list'), 'no quotas');
  });
};
