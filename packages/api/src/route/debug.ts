import type { Outcome } from '@warder/core';
import type { DetectorView, ReactionView, Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { changeStream } from '../event/sse.ts';
import { ok, serviceRoute, stream } from '../route.ts';
import { ApiFailure } from '../failure.ts';
import { type DebugPart, partsOf, planDebug, taskStatuses, viewPlanDebug, viewTaskStatuses } from '../view/debug.ts';
import { healthHttpStatus, healthView, viewHealth } from '../view/health.ts';
import { reservationView, viewReservations } from '../view/reservation.ts';
import { viewWhy, waiting } from '../view/why.ts';

const evaluation = z
  .object({
    atMs: z.number(),
    instance: z.string(),
    agentId: z.string(),
    hostname: z.string(),
    outcome: z.custom<Outcome>().meta({ description: '{check, passed, reason, children}: a tree of outcomes' }),
  })
  .meta({ id: 'Evaluation', description: 'One offer looked at for one pod instance' });

const part = z.object({
  plan: z.string().optional().describe('Only this plan, or the run of that id'),
  phase: z.string().optional().describe('Only phases of this name or id'),
  step: z.string().optional().describe('Only steps of this name or id'),
});

export const debugRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/health',
    summary: 'Whether the service is as it should be',
    output: healthView,
    statuses: { 202: 'Work that was asked for is on its way', 503: 'Degraded' },
    handle: ({ service }) => {
      const view = viewHealth(service.state, service.trouble());
      return { status: healthHttpStatus(view.status), body: view };
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/offers',
    summary: 'The last evaluations of offers, the newest last',
    output: z.array(evaluation),
    handle: ({ service }) => ok(service.evaluations().slice(-100)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/why',
    summary: 'Everything that waits: for what, since when, and what would unblock it',
    output: z.array(waiting),
    handle: ({ service }) =>
      ok(viewWhy(service.state, { service: service.name, nowMs: Date.now(), trouble: service.trouble() })),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/reservations',
    summary: 'What is held on which agent',
    output: z.array(reservationView),
    handle: ({ service }) => ok(viewReservations(service.state)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/plans',
    summary: 'How far each run is',
    query: part,
    output: planDebug,
    handle: ({ service, query }) => ok(viewPlanDebug(service.state, demandPart(service, query))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/taskStatuses',
    summary: 'The tasks that each step of each plan is about, and their states',
    query: part,
    output: taskStatuses,
    handle: ({ service, query }) => ok(viewTaskStatuses(service.state, demandPart(service, query))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/detectors',
    summary: 'What the package watches for, what was seen last, and what was done',
    output: z.array(z.custom<DetectorView>().meta({ id: 'Detector' })).readonly(),
    handle: ({ service }) => ok(service.detectors()),
  }),
  serviceRoute({
    method: 'GET',
    path: '/debug/reactions',
    summary: 'What the package reacts to, and what it did last',
    output: z.array(z.custom<ReactionView>().meta({ id: 'Reaction' })).readonly(),
    handle: ({ service }) => ok(service.reactions()),
  }),
  serviceRoute({
    method: 'GET',
    path: '/events',
    summary: 'Changes of the records of the service, as server-sent events; Last-Event-ID resumes',
    output: 'text/event-stream',
    handle: ({ host, service, lastEventId, signal }) =>
      stream('text/event-stream', changeStream({ log: host.changes, service: service.name, lastEventId, signal })),
  }),
];

function demandPart({ name, state }: Scheduler, asked: DebugPart): DebugPart {
  const words = [asked.plan, asked.phase, asked.step].filter((word) => word !== undefined);
  if (words.length === 0 || partsOf(state, asked).length > 0) return asked;
  const next = `see what there is: warder ${name} plan list, warder ${name} plan show <plan>`;
  throw new ApiFailure(404, 'part-unknown', `no run of ${name} has ${words.join(' / ')}`, next);
}
