import type { ServiceAnswer } from '../api/answers.ts';
import type { Context } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
import { nearest } from '../suggest.ts';

/** @throws CliError `service-unknown`, with the nearest that there is */
export async function findService({ api }: Context, name: string): Promise<ServiceAnswer> {
  const services = await api().get<readonly ServiceAnswer[]>('/v1/services');
  const found = services.find((service) => service.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    services.map((service) => service.name),
  );
  throw new CliError('service-unknown', `there is no service ${name}`, {
    exit: exitCodes.missing,
    next: near === undefined ? 'warder service list' : `did you mean ${near}? All of them: warder service list`,
  });
}
