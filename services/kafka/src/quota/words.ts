/** Quotas in words, for routes and commands. */
import type { QuotaPart } from '../client/api/client-quotas.ts';

/** What can be limited, with the query that sets it. */
export const limits: Readonly<Record<string, string>> = {
  producerByteRate: 'producer_byte_rate',
  consumerByteRate: 'consumer_byte_rate',
  requestPercentage: 'request_percentage',
  controllerMutationRate: 'controller_mutation_rate',
};

/** `user ada, client-id shop`; `default user`. */
export const entityText = (entity: readonly QuotaPart[]): string =>
  entity
    .toSorted((a, b) => (a.type > b.type ? -1 : 1))
    .map(({ type, name }) => (name === null ? `default ${type}` : `${type} ${name}`))
    .join(', ');
