import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlike } from './node-config.ts';
import { configProblems, leftovers } from './preflight.ts';

const given = (...values: readonly Readonly<Record<string, string | null>>[]) =>
  values.map((each, index) => ({ instance: `broker-${index}`, values: each }));

test('what is left of an earlier attempt is named', () => {
  const broker = { id: 1, isBroker: true };
  assert.deepEqual(leftovers({ controller: broker }, 'kafka'), []);
  assert.deepEqual(leftovers({}, 'kafka'), []);
  for (const nodes of [{ offset: -1, controller: broker }, { controller: { id: 1000, isBroker: false } }])
    assert.match(leftovers(nodes, 'kafka').join(), /earlier migration left: warder kafka migrate --back takes it away/);
});

test('every broker must go by protocol 3.9 and tell so', () => {
  const key = 'inter.broker.protocol.version';
  assert.deepEqual(configProblems({ given: given({ [key]: '3.9-IV0' }), silent: [] }, 'kafka'), []);
  const behind = configProblems({ given: given({ [key]: '3.9-IV0' }, { [key]: '2.8-IV1' }), silent: [] }, 'kafka');
  assert.match(
    behind.join(),
    /not on protocol 3\.9 yet: broker-1 \(2\.8\); raise it first \(warder kafka upgrade --to/,
  );
  const silent = configProblems({ given: [], silent: ['broker-0 (no answer)'] }, 'kafka');
  assert.match(silent.join(), /not every broker tells.*broker-0 \(no answer\); bring it up first/);
});

test('an authorizer that nobody knows is named', () => {
  const of = (name: string | null) => {
    const values = { 'inter.broker.protocol.version': '3.9', 'authorizer.class.name': name };
    return configProblems({ given: given(values, values), silent: [] }, 'kafka').join();
  };
  assert.equal(of(null), '');
  assert.equal(of('kafka.security.authorizer.AclAuthorizer'), '');
  assert.match(of('com.example.Mine'), /^authorizer\.class\.name is com\.example\.Mine: whether it works/);
});

test('nodes that do not run with what they should are named, and so are those that do not tell', () => {
  const nodes = given({ 'process.roles': 'broker' }, { 'process.roles': null });
  assert.equal(unlike({ given: nodes.slice(0, 1), silent: [] }, { 'process.roles': 'broker' }), undefined);
  const other = unlike({ given: nodes, silent: [] }, { 'process.roles': 'broker' });
  assert.equal(other, 'not restarted yet: broker-1 (process.roles=)');
  assert.equal(unlike({ given: [], silent: ['broker-1 (gone)'] }, {}), 'no answer from broker-1 (gone)');
});
