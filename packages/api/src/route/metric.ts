import { z } from 'zod';
import { serverMetrics } from '../metric/server.ts';
import { serviceMetrics } from '../metric/service.ts';
import { toJson, toPrometheus } from '../metric/text.ts';
import { ok, route, serviceRoute, stream } from '../route.ts';

const prometheus = 'text/plain; version=0.0.4; charset=utf-8';
const metrics = z
  .object({
    gauges: z.record(z.string(), z.object({ value: z.number() })),
    counters: z.record(z.string(), z.object({ count: z.number() })),
  })
  .meta({ id: 'Metrics', description: 'By name and labels: `warder_tasks{state="RUNNING"}`' });

export const metricRoutes = [
  route({
    method: 'GET',
    path: '/v1/metrics',
    summary: 'Metrics of the server and of every service',
    output: metrics,
    handle: async ({ host, traffic }) => ok(toJson(await serverMetrics(host, traffic))),
  }),
  route({
    method: 'GET',
    path: '/v1/metrics/prometheus',
    summary: 'Metrics of the server and of every service, as Prometheus reads them',
    output: prometheus,
    handle: async ({ host, traffic }) => stream(prometheus, once(toPrometheus(await serverMetrics(host, traffic)))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics of the scheduler of the service, and of its application',
    output: metrics,
    handle: async ({ service }) => ok(toJson(await serviceMetrics(service))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/metrics/prometheus',
    summary: 'The same as Prometheus reads it',
    output: prometheus,
    handle: async ({ service }) => stream(prometheus, once(toPrometheus(await serviceMetrics(service)))),
  }),
];

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
