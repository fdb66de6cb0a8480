/** Metrics as Prometheus reads them, and as JSON in the form that dcos-commons had. */
import type { Metric } from '@warder/scheduler';

/** The text exposition format, version 0.0.4. */
export function toPrometheus(metrics: readonly Metric[]): string {
  const families = [...Map.groupBy(metrics, ({ name }) => name)];
  return families
    .flatMap(([name, family]) => [
      `# HELP ${name} ${family[0]?.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${family[0]?.type}`,
      ...family.map((metric) => `${keyOf(metric)} ${numberText(metric.value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** Dropwizard's JSON, as far as there is anything of a kind. */
export function toJson(metrics: readonly Metric[]): {
  readonly gauges: Record<string, { readonly value: number }>;
  readonly counters: Record<string, { readonly count: number }>;
} {
  const of = (type: Metric['type']) => metrics.filter((metric) => metric.type === type);
  return {
    gauges: Object.fromEntries(of('gauge').map((metric) => [keyOf(metric), { value: metric.value }])),
    counters: Object.fromEntries(of('counter').map((metric) => [keyOf(metric), { count: metric.value }])),
  };
}

/** The same with one more label. */
export const withLabel = (metrics: readonly Metric[], name: string, value: string): readonly Metric[] =>
  metrics.map((metric) => ({ ...metric, labels: { [name]: value, ...metric.labels } }));

/** `warder_tasks{state="RUNNING"}` */
function keyOf({ name, labels = {} }: Metric): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
