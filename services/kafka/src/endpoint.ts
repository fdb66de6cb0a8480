/** How clients reach the cluster. */
import type { ServiceView } from '@warder/sdk';
import { brokers } from './cluster/member.ts';

/** For `bootstrap.servers`. */
export const bootstrap = async (service: ServiceView): Promise<string> =>
  brokers(service)
    .flatMap(({ address }) => (address === undefined ? [] : [`${address.host}:${address.port}`]))
    .join(',');
