/**
 * Events that wait to be decided. Only the newest offer of an agent and the newest status of a task are kept (they say
 * how things are, not what changed), so it is never longer than the cluster is large; requests are bounded by number.
 */
import type { Event } from '@warder/core';

/** Requests beyond this are refused as `busy`. */
const REQUESTS_MAX = 1_000;

export class Inbox {
  readonly #events = new Map<string, Event>();
  #requests = 0;

  get size(): number {
    return this.#events.size;
  }

  /** False when it is full: only for a request. */
  add(event: Event): boolean {
    if (event.type === 'request') {
      if (this.#requests >= REQUESTS_MAX) return false;
      this.#requests += 1;
    }
    const key = keyOf(event);
    this.#events.delete(key);
    this.#events.set(key, event);
    return true;
  }

  take(): Event | undefined {
    for (const [key, event] of this.#events) {
      this.#events.delete(key);
      if (event.type === 'request') this.#requests -= 1;
      return event;
    }
    return undefined;
  }
}

function keyOf(event: Event): string {
  switch (event.type) {
    case 'offer':
      return `offer:${event.offer.agentId}`;
    case 'status':
      return `status:${event.status.taskId}`;
    case 'operation':
      return `operation:${event.operationId}`;
    case 'gate':
      return `gate:${event.stepId}`;
    case 'probe':
      return `probe:${event.stepId}`;
    case 'result':
      return `result:${event.stepId}`;
    case 'request':
      return `request:${event.requestId}`;
    case 'secrets':
    case 'started':
    case 'tick':
      return event.type;
    default:
      return event satisfies never;
  }
}
