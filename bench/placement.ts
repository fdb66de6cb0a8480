/** 10,000 pods on 5,000 agents, in one decision; the baseline walks over every agent for every pod. Processor time. */
import type { Offer, Rule } from '@warder/core';
import { createContext } from '../packages/core/src/context.ts';
import { place } from '../packages/core/src/offer/evaluate.ts';
import { putInstance } from '../packages/core/src/write.ts';
import { medianOf, processorMs } from './processor.ts';
import { BenchService, NOW_MS, agentsOf, configOf } from './service.ts';
import type { Row } from './table.ts';

const PODS = 10_000;
const AGENTS = 5_000;
const ROUNDS = 3;

const maxPer: Rule = { kind: 'max-per', field: 'hostname', max: 3 };
const groupBy: Rule = { kind: 'group-by', field: 'zone', groups: 3 };
const like: Rule = { kind: 'like', field: 'rack', pattern: 'rack-[0-9]*[0-8]', not: false };

const cases: readonly (readonly [name: string, rules: readonly Rule[]])[] = [
  ['none', []],
  ['MAX_PER', [maxPer]],
  ['GROUP_BY', [groupBy]],
  ['LIKE', [like]],
  ['all three', [maxPer, groupBy, like]],
];

export function benchPlacement(): readonly Row[] {
  const agents = agentsOf(AGENTS).toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));
  // The first of a process pays for the compiler.
  round(agents, []);
  return cases.map(([name, rules]) => {
    const rounds = Array.from({ length: ROUNDS }, () => round(agents, rules));
    const median = (of: (each: Round) => number): number => medianOf(rounds.map(of));
    return {
      rules: name,
      'placing, s': (median(({ ms }) => ms) / 1_000).toFixed(2),
      'pods/s': Math.round((PODS * 1_000) / median(({ ms }) => ms)).toLocaleString('en'),
      budget: '1 s',
      'plain walk, s': (median(({ plainMs }) => plainMs) / 1_000).toFixed(2),
      ratio: median(({ ms, plainMs }) => ms / plainMs).toFixed(2),
      'the whole decision, s': (median(({ decisionMs }) => decisionMs) / 1_000).toFixed(2),
    };
  });
}

type Round = { readonly ms: number; readonly plainMs: number; readonly decisionMs: number };

function round(agents: readonly Offer[], rules: readonly Rule[]): Round {
  const chosen: Record<'placed' | 'plain' | 'decided', readonly string[]> = { placed: [], plain: [], decided: [] };
  const [service, other] = [new BenchService(agents), new BenchService(agents)];
  const ms = processorMs(() => (chosen.placed = placeAll(service, rules)));
  const plainMs = processorMs(() => (chosen.plain = walk(agents, rules)));
  const decisionMs = processorMs(() => (chosen.decided = deploy(other, rules)));
  for (const pod of Array.from({ length: PODS }).keys()) {
    const [agent, plain, decided] = [chosen.placed[pod], chosen.plain[pod], chosen.decided[pod]];
    if (agent === undefined || agent !== plain || agent !== decided)
      throw new Error(`pod ${pod} is on ${agent}, a walk chooses ${plain}, a deploy ${decided}`);
  }
  return { ms, plainMs, decisionMs };
}

/** Find each its place, reserve it, say why, and count it for the next. */
function placeAll({ state }: BenchService, rules: readonly Rule[]): readonly string[] {
  const context = createContext(state, NOW_MS);
  const [pod] = configOf(PODS, { placement: { kind: 'all', rules } }).spec.pods;
  if (pod === undefined) return [];
  return Array.from({ length: PODS }, (_, index) => {
    const instance = { name: `node-${index}`, pod: 'node', index, configId: 'config-1', liveConfigId: 'config-1' };
    const found = place(context, instance, pod, `bench__node-${index}__1`);
    if ('reason' in found) throw new Error(found.reason);
    putInstance(context, { ...instance, reservation: found.reservation });
    return found.reservation.agentId;
  });
}

/** From the request to the launches: besides the places, the run, its steps and all tasks. */
const deploy = (service: BenchService, rules: readonly Rule[]): readonly string[] =>
  service
    .ask({ type: 'configure', config: configOf(PODS, { placement: { kind: 'all', rules } }) })
    .flatMap((action) => (action.type === 'launch' ? [action.reservation.agentId] : []));

/** The same choices with nothing but counters: no records, no reasons, no ports, no other rules than these. */
function walk(agents: readonly Offer[], rules: readonly Rule[]): readonly string[] {
  const free = agents.map((offer) => ({ offer, cpus: offer.cpus, memoryMiB: offer.memoryMiB, here: 0 }));
  const zones = new Map<string, number>();
  const pattern = /^(?:rack-[0-9]*[0-8])$/u;
  return Array.from({ length: PODS }, (_, pod) => {
    let best: (typeof free)[number] | undefined;
    const least = Math.min(...zones.values());
    for (const agent of free) {
      if (agent.cpus < 1 || agent.memoryMiB < 1_024) continue;
      if (best !== undefined) {
        if (agent.here > best.here) continue;
        if (agent.here === best.here && agent.memoryMiB <= best.memoryMiB) continue;
      }
      const { zone = '', rack = '' } = agent.offer.attributes;
      if (rules.includes(maxPer) && agent.here >= 3) continue;
      const have = zones.get(zone) ?? 0;
      if (rules.includes(groupBy) && (have > least || (zones.size < 3 && have > 0))) continue;
      if (rules.includes(like) && !pattern.test(rack)) continue;
      best = agent;
    }
    if (best === undefined) throw new Error(`there is no place for pod ${pod}`);
    const { zone = '' } = best.offer.attributes;
    best.cpus -= 1;
    best.memoryMiB -= 1_024;
    best.here += 1;
    zones.set(zone, (zones.get(zone) ?? 0) + 1);
    return best.offer.agentId;
  });
}
