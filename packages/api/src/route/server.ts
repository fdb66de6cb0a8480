import type { Capabilities } from '@warder/engine';
import { z } from 'zod';
import { changeStream } from '../event/sse.ts';
import { accepted, ok, route, stream } from '../route.ts';

export const serverRoutes = [
  route({
    method: 'GET',
    path: '/v1/health',
    summary: 'Whether the server answers',
    open: true,
    output: z.object({ status: z.literal('ok'), version: z.string() }),
    handle: ({ host }) => ok({ status: 'ok' as const, version: host.info().version }),
  }),
  route({
    method: 'GET',
    path: '/v1/server',
    summary: 'The server and what it hosts',
    output: z.object({
      version: z.string(),
      pid: z.number(),
      startedMs: z.number(),
      home: z.string(),
      url: z.string(),
      engine: z.object({
        kind: z.string(),
        capabilities: z.custom<Capabilities>().meta({ description: 'What the engine can do' }),
      }),
      services: z.array(z.string()),
      memory: z.object({ rssBytes: z.number() }),
    }),
    handle: ({ host }) =>
      ok({
        ...host.info(),
        services: host.services().map((service) => service.name),
        memory: { rssBytes: process.memoryUsage.rss() },
      }),
  }),
  route({
    method: 'POST',
    path: '/v1/server/stop',
    summary: 'End the server in order; tasks go on',
    output: z.object({ message: z.string() }),
    statuses: { 202: 'It is ending' },
    handle: ({ host }) => {
      host.stop();
      return accepted({ message: 'the server is ending; tasks go on' });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/events',
    summary: 'Changes of the records of all services, as server-sent events; Last-Event-ID resumes',
    output: 'text/event-stream',
    handle: ({ host, lastEventId, signal }) =>
      stream('text/event-stream', changeStream({ log: host.changes, lastEventId, signal })),
  }),
];
