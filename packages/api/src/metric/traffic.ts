/** The requests that the API has answered, counted. */
import type { Metric } from '@warder/scheduler';

export class Traffic {
  readonly #answers = new Map<number, number>();

  answered(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
  }

  metrics(): readonly Metric[] {
    const help = 'Requests that the API has answered';
    return [...this.#answers].map(([status, value]) => ({
      name: 'warder_http_requests_total',
      help,
      type: 'counter' as const,
      labels: { status: String(status) },
      value,
    }));
  }
}
