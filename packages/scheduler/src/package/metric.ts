/** One value, as Prometheus knows them. Metrics of one name have one help and one type. */
export type Metric = {
  /** `kafka_under_replicated_partitions`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
};
