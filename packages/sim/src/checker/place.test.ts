import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '@warder/core';
import { createAgents } from '../weather.ts';
import { Random } from '../random.ts';
import { allows } from './place.ts';
import { reservation, scene } from './scene.ts';

test('a place against the rule, one on an agent that is taken away, a reservation that is forgotten', () => {
  const { clock, cluster, commit, tenant } = scene();
  const placement: Rule = { kind: 'max-per', field: 'hostname', max: 1 };
  commit({ 'config/config-1': { id: 'config-1', spec: { pods: [{ name: 'node', placement }] } } });
  const at = (name: string, id: string) => ({
    name,
    pod: 'node',
    configId: 'config-1',
    reservation: { ...reservation, id },
  });
  commit({ 'instance/node-0': at('node-0', 'r1') });
  assert.match(commit({ 'instance/node-1': at('node-1', 'r2') }).join(), /node-1 is placed on agent-0, against/);
  const agent = cluster.agents.get('agent-0');
  assert.ok(agent !== undefined);
  cluster.maintain(agent, 'cordoned');
  clock.wake(60_000, () => {});
  while (clock.fire());
  assert.match(commit({ 'instance/node-2': at('node-2', 'r3') }).join(), /agent-0, which is cordoned/);
  tenant.reservations.set('r1', reservation);
  assert.match(commit({ 'instance/node-0': undefined }).join(), /the store forgets r1, which node-0 holds/);
});

test('rules by counting', () => {
  const [zero, one, two] = createAgents(new Random(1), 3, 1);
  assert.ok(zero !== undefined && one !== undefined && two !== undefined);
  const places = [
    { pod: 'node', agent: zero },
    { pod: 'node', agent: one },
  ];
  const may = (rule: Rule, agent = zero): boolean => allows(rule, 'node', agent, places);
  assert.equal(may({ kind: 'max-per', field: 'zone', max: 2 }), true);
  assert.equal(may({ kind: 'max-per', field: 'zone', max: 1 }), false);
  assert.equal(may({ kind: 'group-by', field: 'zone', groups: 3 }), false);
  assert.equal(may({ kind: 'group-by', field: 'zone', groups: 3 }, two), true);
  assert.equal(may({ kind: 'near', pod: 'node', together: true }, two), false);
  assert.equal(may({ kind: 'near', pod: 'node', together: false }, two), true);
  assert.equal(may({ kind: 'like', field: 'hostname', pattern: 'host-[01]', not: false }, two), false);
  assert.equal(may({ kind: 'not', rule: { kind: 'is', field: 'zone', value: 'zone-0', not: false } }), false);
  const either: readonly Rule[] = [
    { kind: 'is', field: 'zone', value: 'zone-0', not: false },
    { kind: 'is', field: 'zone', value: 'zone-1', not: false },
  ];
  assert.deepEqual([may({ kind: 'any', rules: either }), may({ kind: 'all', rules: either })], [true, false]);
});
