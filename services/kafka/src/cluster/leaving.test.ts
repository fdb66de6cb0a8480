import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skeleton } from '../../test/skeleton.ts';
import { leaving } from './leaving.ts';

test('a broker that is to go and has not gone yet is named', async () => {
  const spec = await skeleton({ combined: false, brokers: 2, controllers: 1 });
  const instances = [0, 1, 2].map((index) => ({ name: `broker-${index}`, pod: 'broker', index, ports: {}, tasks: [] }));
  assert.deepEqual(leaving({ name: 'kafka', spec, instances: instances.slice(0, 2) }, []), []);
  assert.match(leaving({ name: 'kafka', spec, instances }, []).join(), /^broker-2 is to go and is still there: wait/);
  assert.deepEqual(
    leaving({ name: 'kafka', spec, instances }, [2]),
    [],
    'who takes it away himself does not wait for it',
  );
});
