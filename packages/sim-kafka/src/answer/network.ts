/** The way from the package to a process and back: it takes its time, and may end nowhere. */
import { ConnectionError } from '@warder/kafka/client/error';
import type { Address } from '@warder/kafka/client/node';
import type { Random } from '@warder/sim/kit';
import type { Limits } from '../edge/current.ts';
import type { Kafka } from '../model/kafka.ts';
import type { Server } from '../model/server.ts';
import { answerOf } from './answer.ts';

export type NetworkOptions = {
  readonly kafka: Kafka;
  readonly random: Random;
  /** Chance of a call that it takes seconds; and that its answer is lost. */
  readonly slow: () => number;
  readonly broken: () => number;
};

export class Network {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  async ask({ host, port }: Address, api: string, request: unknown, limits: Limits): Promise<unknown> {
    const { kafka, random, slow, broken } = this.#options;
    const { clock } = kafka.options;
    const at = `${host}:${port}`;
    await clock.sleep(random.between(1, random.chance(slow()) ? 2_500 : 15));
    const server = this.#at(host, port);
    if (server === undefined) {
      if (!this.#isCutOff(host)) throw new ConnectionError('unreachable', at, `${api}: connect ECONNREFUSED`);
      await clock.sleep(limits.connectMs);
      throw new ConnectionError('unreachable', at, `${api}: connect ETIMEDOUT`);
    }
    const late = async (): Promise<never> => {
      await clock.sleep(limits.requestMs);
      throw new ConnectionError('timeout', at, `no answer to ${api} within ${limits.requestMs} ms`);
    };
    if (!kafka.isWell(server)) return late();
    const isQuorum = port === server.launched.quorumPort;
    const answer = await Promise.race([answerOf({ kafka, server, isQuorum }, api, request), late()]);
    if (random.chance(broken())) throw new ConnectionError('unreachable', at, `${api}: read ECONNRESET`);
    await clock.sleep(random.between(1, 10));
    return answer;
  }

  #at(host: string, port: number): Server | undefined {
    for (const server of this.#options.kafka.servers.values()) {
      const { launched, listens } = server;
      if (listens && launched.host === host && (launched.clientPort === port || launched.quorumPort === port))
        return server;
    }
    return undefined;
  }

  #isCutOff(host: string): boolean {
    const { kafka } = this.#options;
    return (
      kafka.options.cutOff &&
      [...kafka.tenant.agents.values()].some(({ address, state }) => address === host && state === 'down')
    );
  }
}
