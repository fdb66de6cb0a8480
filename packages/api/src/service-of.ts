import type { Scheduler } from '@warder/scheduler';
import { ApiFailure } from './failure.ts';
import type { Host } from './host.ts';
import { nextAfterUnknown } from './nearest.ts';

/**
 * The scheduler of a service. A name with folders may also be written with dots, as dcos-commons did (`prod.kafka`).
 * @throws ApiFailure `service-unknown`, or why it could not be opened
 */
export function serviceOf(host: Host, name: string): Scheduler {
  const services = host.services();
  const exact = services.find((service) => service.name === name);
  const found = exact ?? services.find((service) => service.name.replaceAll('/', '.') === name);
  if (found === undefined) {
    const names = services.map((service) => service.name);
    const next = nextAfterUnknown(name, names, 'warder service list');
    throw new ApiFailure(404, 'service-unknown', `there is no service ${name}`, next);
  }
  if (found.scheduler === undefined) {
    const { code, message, next } = found.error ?? {
      code: 'service-closed',
      message: 'it is closed',
      next: 'try again',
    };
    throw new ApiFailure(503, code, `the service ${name} could not be opened: ${message}`, next);
  }
  return found.scheduler;
}
