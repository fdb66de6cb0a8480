/** Laws of placement, over worlds and sequences that are drawn: see `world` for what may happen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createContext } from '../context.ts';
import type { Context } from '../context.ts';
import { createService } from '../decide.ts';
import { exampleConfig, exampleOffer, examplePod, exampleSet } from '../example.ts';
import type { InstanceRecord, Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { Rule } from '../spec/rule.ts';
import { emptyState } from '../state.ts';
import { putConfig, putInstance } from '../write.ts';
import { place, untake } from './evaluate.ts';
import type { Offer } from './offer.ts';

const field = fc.constantFrom('zone', 'rack', 'hostname');
const value = fc.constantFrom('a', 'b', 'c');

const leaf: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ kind: fc.constant('max-per' as const), field, max: fc.integer({ min: 1, max: 3 }) }),
  fc.record(
    { kind: fc.constant('group-by' as const), field, groups: fc.integer({ min: 1, max: 3 }) },
    { requiredKeys: ['kind', 'field'] },
  ),
  fc.record({ kind: fc.constant('is' as const), field, value, not: fc.boolean() }),
  fc.record({
    kind: fc.constant('like' as const),
    field,
    pattern: fc.constantFrom('[ab]', 'a|c', '.*', 'host-[0-3]'),
    not: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('near' as const), pod: fc.constantFrom('x', 'y'), together: fc.boolean() }),
);

const { rule } = fc.letrec<{ rule: Rule; rules: readonly Rule[] }>((tie) => ({
  rules: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }),
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), rules: tie('rules') }),
    fc.record({ kind: fc.constant('not' as const), rule: tie('rule') }),
  ),
}));

/** What services ask for: a spread over zones and one over hosts. */
const spread: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.constantFrom<Rule>({ kind: 'max-per', field: 'zone', max: 3 }, { kind: 'group-by', field: 'zone' }),
    fc.constantFrom<Rule>(
      { kind: 'max-per', field: 'hostname', max: 1 },
      { kind: 'near', pod: 'y', together: false },
      { kind: 'near', pod: 'y', together: true },
    ),
  )
  .map((rules): Rule => ({ kind: 'all', rules }));

const offerOf = (n: number): fc.Arbitrary<Offer> =>
  fc
    .record({
      attributes: fc.record({ zone: fc.constantFrom('a', 'a', 'b'), rack: value }, { requiredKeys: [] }),
      cpus: fc.constantFrom(0, 1, 4, 6, 8),
      memoryMiB: fc.constantFrom(100, 500, 550, 600),
      state: fc.constantFrom('up' as const, 'up' as const, 'up' as const, 'down' as const),
      cordoned: fc.constantFrom(false, false, false, true),
      ports: fc.constantFrom(0, 1, 5, 9, 9),
      disks: fc.array(fc.constantFrom(50, 100), { maxLength: 2 }),
    })
    .map(({ cordoned, ports, disks, ...rest }) =>
      exampleOffer(`agent-${n}`, {
        ...rest,
        hostname: `host-${n}`,
        ...(cordoned ? { maintenance: 'cordoned' as const } : {}),
        ports: ports === 0 ? [] : [{ begin: 100, end: 99 + ports }],
        disks: disks.map((sizeMiB, at) => ({ id: `disk-${at}`, sizeMiB })),
      }),
    );

const podOf = (name: string): fc.Arbitrary<PodSpec> =>
  fc
    .record({
      placement: fc.option(fc.oneof(rule, spread), { nil: undefined }),
      disk: fc.boolean(),
      memoryMiB: fc.constantFrom(50, 100),
    })
    .map(({ placement, disk, memoryMiB }) =>
      examplePod({
        name,
        ...(placement === undefined ? {} : { placement }),
        resourceSets: [
          exampleSet({
            cpus: 1,
            memoryMiB,
            volumes: disk ? [{ path: 'data', type: 'MOUNT' as const, sizeMiB: 60 }] : [],
          }),
        ],
      }),
    );

type Move =
  | { readonly kind: 'place'; readonly pod: number }
  | { readonly kind: 'release'; readonly nth: number; readonly offered: boolean }
  | { readonly kind: 'offer'; readonly offer: Offer }
  | { readonly kind: 'vanish'; readonly agentId: string };

const AGENTS = 9;

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('place' as const), pod: fc.nat({ max: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('release' as const), nth: fc.nat({ max: 20 }), offered: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('offer' as const), offer: fc.nat({ max: AGENTS - 1 }).chain(offerOf) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('vanish' as const), agentId: fc.constantFrom('agent-0', 'agent-1') }),
  },
);

const world = fc.record({
  offers: fc.tuple(...Array.from({ length: AGENTS }, (_, n) => offerOf(n))),
  pods: fc.tuple(podOf('x'), podOf('y')),
  moves: fc.array(move, { minLength: 5, maxLength: 40, size: 'max' }),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Placed = ReturnType<typeof place>;

/** Play the moves; `look` is told of every search: what was known before it, and what it found. */
function play(
  { offers, pods, moves }: World,
  look: (context: Context, pod: PodSpec, search: () => Placed) => Placed = (_context, _pod, search) => search(),
): { readonly context: Context; readonly placed: readonly Placed[] } {
  const state = emptyState();
  createService(state, { name: 'example', uid: '0'.repeat(32), packageName: 'example' }, 1);
  const context = createContext(state, 1);
  putConfig(context, { ...exampleConfig(pods), id: 'config-1', createdMs: 1 });
  for (const offer of offers) state.offers.set(offer.agentId, offer);
  const placed: Placed[] = [];
  for (const [at, step] of moves.entries()) {
    if (step.kind === 'place') {
      const pod = pods[step.pod] ?? pods[0];
      const name = `${pod.name}-${at}`;
      const instance: InstanceRecord = { name, pod: pod.name, index: at, configId: 'config-1', liveConfigId: 'x' };
      const found = look(context, pod, () => place(context, instance, pod, `r-${at}`));
      placed.push(found);
      if ('reservation' in found) putInstance(context, { ...instance, reservation: found.reservation });
    } else if (step.kind === 'offer') {
      // As an engine does: what is reserved there is not offered.
      state.offers.set(step.offer.agentId, step.offer);
    } else if (step.kind === 'vanish') state.offers.delete(step.agentId);
    else {
      const held = [...state.instances.values()].filter(({ reservation }) => reservation !== undefined);
      const { reservation, ...instance } = held[step.nth % (held.length || 1)] ?? {};
      if (reservation === undefined || !('name' in instance)) continue;
      if (step.offered) untake(context, reservation);
      putInstance(context, instance as InstanceRecord);
    }
  }
  return { context, placed };
}

/** The rules as they are written down, counting every instance there is: slow, and nothing to get wrong. */
function holds(part: Rule, offer: Offer, pod: string, placed: readonly InstanceRecord[]): boolean {
  const at = (reservation: Reservation, name: string): string | undefined =>
    name === 'hostname' ? reservation.hostname : reservation.attributes?.[name];
  const mine =
    'field' in part ? (part.field === 'hostname' ? offer.hostname : offer.attributes[part.field]) : undefined;
  const counts = new Map<string, number>();
  for (const { reservation, pod: other } of placed) {
    const key = 'field' in part && reservation !== undefined ? at(reservation, part.field) : undefined;
    if (other === pod && key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const have = counts.get(mine ?? '') ?? 0;
  switch (part.kind) {
    case 'all':
      return part.rules.every((child) => holds(child, offer, pod, placed));
    case 'any':
      return part.rules.some((child) => holds(child, offer, pod, placed));
    case 'not':
      return !holds(part.rule, offer, pod, placed);
    case 'is':
      return (mine === part.value) !== part.not;
    case 'like':
      return (mine !== undefined && new RegExp(`^(${part.pattern})$`).test(mine)) !== part.not;
    case 'max-per':
      return mine !== undefined && have < part.max;
    case 'group-by': {
      const level = new Set(counts.values()).size <= 1 || have <= Math.min(...counts.values());
      return mine !== undefined && level && (counts.size >= (part.groups ?? 0) || have === 0);
    }
    case 'near': {
      const others = placed.filter((other) => other.pod === part.pod);
      return (
        others.length === 0 ||
        others.some(({ reservation }) => reservation?.agentId === offer.agentId) === part.together
      );
    }
    default:
      return part satisfies never;
  }
}

/** A walk over all offers. */
function plainSearch({ state }: Context, pod: PodSpec): string | undefined {
  const placed = [...state.instances.values()].filter(({ reservation }) => reservation !== undefined);
  const [set = exampleSet()] = pod.resourceSets;
  const here = (agentId: string): number =>
    placed.filter((one) => one.pod === pod.name && one.reservation?.agentId === agentId).length;
  const fitting = [...state.offers.values()].filter(
    (offer) =>
      offer.state === 'up' &&
      offer.maintenance === undefined &&
      offer.cpus >= set.cpus &&
      offer.memoryMiB >= set.memoryMiB &&
      offer.ports.length > 0 &&
      (set.volumes.length === 0 || offer.disks?.some(({ sizeMiB }) => sizeMiB >= 60)) &&
      (pod.placement === undefined || holds(pod.placement, offer, pod.name, placed)),
  );
  const [best] = fitting.toSorted(
    (a, b) => here(a.agentId) - here(b.agentId) || b.memoryMiB - a.memoryMiB || (a.agentId < b.agentId ? -1 : 1),
  );
  return best?.agentId;
}

test('the shortlist chooses the agent that a walk over all offers chooses, whatever happened before', () => {
  fc.assert(
    fc.property(world, (drawn) => {
      play(drawn, (context, pod, search) => {
        const expected = plainSearch(context, pod);
        const found = search();
        assert.equal('reservation' in found ? found.reservation.agentId : undefined, expected);
        return found;
      });
    }),
    { numRuns: 1_000 },
  );
});

test('nothing is taken that was not offered, and what is taken is not offered to the next', () => {
  fc.assert(
    fc.property(world, (drawn) => {
      play(drawn, ({ state }, pod, search) => {
        const before = new Map(state.offers);
        const found = search();
        if (!('reservation' in found)) return found;
        const { agentId, sets } = found.reservation;
        const [was, is] = [before.get(agentId), state.offers.get(agentId)];
        assert.ok(was !== undefined && is !== undefined);
        const [wanted] = pod.resourceSets;
        assert.equal(was.cpus - is.cpus, wanted?.cpus);
        assert.equal(was.memoryMiB - is.memoryMiB, wanted?.memoryMiB);
        assert.ok(is.cpus >= 0 && is.memoryMiB >= 0 && is.diskMiB >= 0, 'never over what there is');
        const covers = (offer: Offer, port: number): boolean =>
          offer.ports.some(({ begin, end }) => port >= begin && port <= end);
        for (const port of sets.flatMap(({ ports }) => Object.values(ports))) {
          assert.ok(covers(was, port) && !covers(is, port), `port ${port}`);
        }
        for (const { diskId } of sets.flatMap(({ volumes }) => volumes)) {
          assert.ok(
            was.disks?.some(({ id }) => id === diskId) && !is.disks?.some(({ id }) => id === diskId),
            'its disk',
          );
        }
        return found;
      });
    }),
  );
});

test('the same world and the same moves place the same, and every search says why', () => {
  fc.assert(
    fc.property(world, (drawn) => {
      const [one, other] = [play(drawn), play(drawn)];
      assert.deepEqual(one.placed, other.placed);
      assert.deepEqual(one.context.state.evaluations, other.context.state.evaluations);
      for (const found of one.placed) assert.notEqual('reason' in found ? found.reason : 'placed', '');
      for (const { outcome } of one.context.state.evaluations) {
        assert.ok(outcome.reason !== '' && outcome.children.length > 0);
        assert.equal(
          outcome.passed,
          outcome.children.every(({ passed }) => passed),
        );
      }
    }),
  );
});

test('MAX_PER holds for the whole cluster after any moves', () => {
  const most: Rule = { kind: 'max-per', field: 'zone', max: 2 };
  fc.assert(
    fc.property(world, ({ pods: [x, y], ...drawn }) => {
      const { context } = play({ ...drawn, pods: [{ ...x, placement: most }, y] });
      const counts = new Map<string, number>();
      for (const { pod, reservation } of context.state.instances.values()) {
        if (pod !== 'x' || reservation === undefined) continue;
        const zone = reservation.attributes?.['zone'];
        assert.ok(zone !== undefined, 'an agent without a zone takes none');
        counts.set(zone, (counts.get(zone) ?? 0) + 1);
      }
      for (const [zone, count] of counts) assert.ok(count <= 2, `${count} in zone ${zone}`);
    }),
  );
});

test('GROUP_BY over n values gives no value a second one before n have one', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 3 }), ({ pods: [x, y], moves, ...drawn }, groups) => {
      const spread: PodSpec = { ...x, placement: { kind: 'group-by', field: 'zone', groups } };
      const placing = moves.filter(({ kind }) => kind === 'place' || kind === 'offer');
      const { context } = play({ ...drawn, moves: placing, pods: [spread, y] });
      const counts = new Map<string, number>();
      for (const { pod, reservation } of context.state.instances.values()) {
        const zone = pod === 'x' ? reservation?.attributes?.['zone'] : undefined;
        if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + 1);
      }
      if (counts.size === 0) return;
      const most = Math.max(...counts.values());
      assert.ok(most <= 1 || counts.size >= groups, `${counts.size} zones of ${groups}, ${most} in one`);
    }),
  );
});
