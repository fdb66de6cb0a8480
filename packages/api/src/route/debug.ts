import type { Outcome } from '@warder/core';
import { z } from 'zod';
import { changeStream } from '../event/sse.ts';
import { ok, serviceRoute, stream } from '../route.ts';
import { planDebug, reservationView, viewPlanDebug, viewReservations } from '../view/debug.ts';
import { healthHttpStatus, healthView, viewHealth } from '../view/health.ts';
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
    output: planDebug,
    handle: ({ service }) => ok(viewPlanDebug(service.state)),
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
