/** How clients reach the cluster. */
import type { ServiceView } from '@warder/sdk';
import { brokers } from './cluster/member.ts';

/** For `bootstrap.servers`. */
export const bootstrap = async (service: ServiceView): Promise<string> =>
  brokers(service)
    .flatMap(({ address }) => (address === undefined ? [] : [`${address.host}:${address.port}`]))
    .join(',');

/** What a file of settings for clients holds. */
export const clientSettings = async (service: ServiceView): Promise<Readonly<Record<string, string>>> => ({
  'bootstrap.servers': await bootstrap(service),
  'security.protocol': 'PLAINTEXT',
});
