/** How far a task may go beyond what is reserved for it. */
import assert from 'node:assert/strict';
import { can } from './cluster.ts';
import type { Case } from './cluster.ts';
import { firstOffer, launchIn, readAll, reserve, task } from './hand.ts';

/** The reservation has 64 MiB. */
const eat = (megabytes: number): string => `x=$(head -c ${megabytes}000000 /dev/zero | tr "\\0" x); echo \${#x}`;

const moreMemory: Case = async (world) => {
  if (!can(world, 'resource-limits')) return;
  const { hand } = world;
  const offer = firstOffer(hand);
  const limits = { memoryMiB: 400 } as const;
  await launchIn(hand, reserve(offer, 'r1'), task('within', eat(100), { limits }));
  await launchIn(hand, reserve(offer, 'r2'), task('beyond', eat(900), { limits }));
  await launchIn(hand, reserve(offer, 'r3'), task('free', eat(100), { limits: { memoryMiB: 'unlimited' } }));
  await hand.state('within', 'FINISHED');
  await hand.state('free', 'FINISHED');
  const end = await hand.state('beyond', 'FAILED');
  assert.match(end.message ?? '', /out of memory: limit 400 MiB/);
};

const lessCpu: Case = async (world) => {
  if (!can(world, 'resource-limits')) return;
  const { hand } = world;
  const spin = 'end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done; times';
  const limits = { cpus: 0.2 } as const;
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', spin, { limits }));
  await hand.state('a', 'FINISHED');
  const signal = new AbortController().signal;
  const out = await readAll(hand.session.logs('a', { stream: 'stdout', tailBytes: 1_000, follow: false, signal }));
  const seconds = [...out.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  // 0.2 of three seconds, and of the part of a second that it took to begin and to end.
  assert.ok(seconds < 1.5, `${seconds} s of cpu`);
};

export const limitCases: Readonly<Record<string, Case>> = {
  'a task may use memory up to its limit, and no further': moreMemory,
  'a task that is limited gets no more cpu, also on an idle machine': lessCpu,
};
