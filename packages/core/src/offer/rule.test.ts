import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOffer } from '../example.ts';
import { indexInstance } from '../index-records.ts';
import type { Rule } from '../spec/rule.ts';
import { emptyState } from '../state.ts';
import type { Offer } from './offer.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { checkRule } from './rule.ts';

/** `placed`: for each instance its pod, and the zone of its agent, whose name is that of the zone. */
function ask(rule: Rule, placed: readonly (readonly [pod: string, zone: string])[], offer: Offer): Outcome {
  const state = emptyState();
  for (const [index, [pod, zone]] of placed.entries()) {
    indexInstance(state, undefined, {
      name: `${pod}-${index}`,
      pod,
      index,
      configId: 'config-1',
      liveConfigId: 'config-1',
      reservation: {
        id: `r-${index}`,
        instance: `${pod}-${index}`,
        agentId: `agent-${zone}`,
        hostname: `host-${zone}`,
        address: '127.0.0.1',
        attributes: { zone },
        sets: [],
      },
    });
  }
  return outcomeOf(checkRule(rule, { state, offer, pod: 'node' }));
}

const inZone = (zone: string): Offer =>
  exampleOffer(`agent-${zone}`, { hostname: `host-${zone}`, attributes: { zone } });
const nodesIn = (...zones: readonly string[]) => zones.map((zone) => ['node', zone] as const);

const groups = (count?: number): Rule => ({
  kind: 'group-by',
  field: 'zone',
  ...(count === undefined ? {} : { groups: count }),
});
const max = (field: string, most: number): Rule => ({ kind: 'max-per', field, max: most });
const is = (value: string, not = false): Rule => ({ kind: 'is', field: 'zone', value, not });
const like = (pattern: string, not = false): Rule => ({ kind: 'like', field: 'zone', pattern, not });
const near = (together: boolean): Rule => ({ kind: 'near', pod: 'data', together });

type Row = readonly [
  what: string,
  rule: Rule,
  placed: readonly (readonly [string, string])[],
  offer: Offer,
  passed: boolean,
  reason: RegExp,
];

const rows: readonly Row[] = [
  ['below the most', max('zone', 2), nodesIn('a'), inZone('a'), true, /1 of node on zone a, at most 2/],
  ['at the most', max('zone', 2), nodesIn('a', 'a'), inZone('a'), false, /2 of node on zone a, at most 2/],
  ['by host name', max('hostname', 1), nodesIn('a'), inZone('a'), false, /1 of node on hostname host-a/],
  ['another pod does not count', max('zone', 1), [['node-hot', 'a']], inZone('a'), true, /0 of node/],
  ['no such attribute', max('rack', 2), [], inZone('a'), false, /host-a has no attribute rack/],
  ['the first one anywhere', groups(), [], inZone('a'), true, /0 of node on zone a/],
  ['the only known value is level', groups(), nodesIn('a', 'a'), inZone('a'), true, /no more than on any other/],
  ['a new value', groups(), nodesIn('a', 'a'), inZone('b'), true, /0 of node on zone b/],
  ['all level', groups(), nodesIn('a', 'b'), inZone('a'), true, /no more than on any other/],
  ['ahead of others', groups(), nodesIn('a', 'a', 'b'), inZone('a'), false, /2 of node on zone a, only 1 on another/],
  ['behind others', groups(), nodesIn('a', 'a', 'b'), inZone('b'), true, /no more than on any other/],
  ['too few values yet', groups(3), nodesIn('a', 'b'), inZone('a'), false, /2 of 3 values of zone have one/],
  ['too few, and a new value', groups(3), nodesIn('a', 'b'), inZone('c'), true, /0 of node on zone c/],
  ['enough values', groups(2), nodesIn('a', 'b'), inZone('a'), true, /no more/],
  ['grouped by nothing known', groups(), [], exampleOffer('x'), false, /x has no attribute zone/],
  ['is', is('a'), [], inZone('a'), true, /zone is a, must be a/],
  ['is another', is('a'), [], inZone('b'), false, /zone is b, must be a/],
  ['is not', is('a', true), [], inZone('b'), true, /must not be a/],
  ['is not, but is', is('a', true), [], inZone('a'), false, /zone is a, must not be a/],
  ['is, without the attribute', is('a'), [], exampleOffer('x'), false, /x has no attribute zone/],
  ['is not, without the attribute', is('a', true), [], exampleOffer('x'), true, /zone is not set/],
  ['like', like('[ab]'), [], inZone('b'), true, /must match \[ab\]/],
  ['like matches the whole value', like('a'), [], inZone('aa'), false, /must match a/],
  ['alternatives match the whole value', like('a|b'), [], inZone('ab'), false, /must match/],
  ['like, without the attribute', like('.*'), [], exampleOffer('x'), false, /x has no attribute zone/],
  ['unlike', like('a.*', true), [], inZone('ab'), false, /must not match/],
  ['together, the other is nowhere', near(true), [], inZone('a'), true, /no instance of data has a place yet/],
  ['together, the other is here', near(true), [['data', 'a']], inZone('a'), true, /1 of data on host-a, one must be/],
  ['together, the other is elsewhere', near(true), [['data', 'b']], inZone('a'), false, /0 of data on host-a/],
  ['apart, the other is nowhere', near(false), [], inZone('a'), true, /no instance of data/],
  ['apart, the other is here', near(false), [['data', 'a']], inZone('a'), false, /1 of data on host-a, none may/],
  ['apart, the other is elsewhere', near(false), [['data', 'b']], inZone('a'), true, /0 of data on host-a/],
  ['all', { kind: 'all', rules: [is('a'), like('a')] }, [], inZone('a'), true, /every rule agrees/],
  ['not all', { kind: 'all', rules: [is('a'), is('b')] }, [], inZone('a'), false, /zone is a, must be b/],
  ['any', { kind: 'any', rules: [is('b'), is('a')] }, [], inZone('a'), true, /zone is a, must be a/],
  ['not any', { kind: 'any', rules: [is('b'), is('c')] }, [], inZone('a'), false, /none of these: .*be b; .*be c/],
  ['not', { kind: 'not', rule: is('b') }, [], inZone('a'), true, /is not so: zone is a, must be b/],
  ['not, but is', { kind: 'not', rule: is('a') }, [], inZone('a'), false, /must not be so: zone is a/],
];

for (const [what, rule, placed, offer, passed, reason] of rows) {
  test(`${rule.kind}: ${what}`, () => {
    const outcome = ask(rule, placed, offer);
    assert.equal(outcome.passed, passed, outcome.reason);
    assert.match(outcome.reason, reason);
  });
}

test('an outcome is made of those of the rules that a rule joins', () => {
  const { children } = ask({ kind: 'all', rules: [is('a'), { kind: 'not', rule: is('b') }] }, [], inZone('a'));
  assert.deepEqual(
    children.map(({ passed, children: inner }) => [passed, inner.length]),
    [
      [true, 0],
      [true, 1],
    ],
  );
});
