/** Which configurations a cluster on ZooKeeper may not get for the sake of what its brokers speak. */
import type { ConfigDifference, ConfigView } from '@warder/sdk';
import { patient, withClient } from '../../client/client.ts';
import { readOptions } from '../../options.ts';
import { compareProtocols, newestProtocol, protocolOf, shortProtocol } from '../../protocol.ts';
import { compareVersions } from '../release.ts';
import { highest } from './preflight.ts';
import { readSpoken } from './spoken.ts';
import { protocolOption } from './due.ts';

type Side = Pick<ConfigView, 'version' | 'options'> & { readonly spec: Pick<ConfigView['spec'], 'name'> };

/** Asks brokers only when the version or the protocol changes. */
export const protocolRefusals = async ({ from, to, service, signal }: ConfigDifference): Promise<readonly string[]> => {
  const before = spokenBy(from);
  if (from.version === to.version && compareProtocols(before, spokenBy(to)) === 0) return [];
  const { brokers, silent } = await withClient(patient, (client) => readSpoken(client, service, signal));
  // Who does not answer may go by what it was last to have.
  const told = [
    ...brokers.map(({ protocol }) => protocol),
    ...(silent.length > 0 || brokers.length === 0 ? [before] : []),
  ];
  return judge(from, to, highest(told) ?? before);
};

const spokenBy = ({ options, version }: Side): string => protocolOf(readOptions(options).kafka, version);

/** Pure. `spoken`: the newest protocol that a broker goes by. */
export const judge = (from: Side, to: Side, spoken: string): readonly string[] => {
  const [after, now] = [spokenBy(to), shortProtocol(spoken)];
  const isPinned = protocolOption in readOptions(to.options).kafka;
  if (compareProtocols(after, now) < 0) {
    const why =
      compareProtocols(newestProtocol(to.version), now) < 0
        ? `Kafka ${to.version} does not know the protocol that brokers go by (${now}): there is no way back to it`
        : `kafka.${protocolOption} cannot be lowered (${now} -> ${after}): what brokers keep would not be read any more`;
    return [why];
  }
  if (!isPinned && compareProtocols(after, now) > 0) {
    const what = `brokers go by protocol ${now}, and without kafka.${protocolOption} each would go by ${after} as it restarts`;
    return [`${what}: warder ${to.spec.name} upgrade --to ${to.version}, or set it to ${now}`];
  }
  const older = compareVersions(to.version, from.version) < 0 ? to.version : from.version;
  if (from.version === to.version || compareProtocols(after, newestProtocol(older)) <= 0) return [];
  return [
    `kafka.${protocolOption} is ${after}, which Kafka ${older} does not know, and brokers of both run side by side: set it to ${now}`,
  ];
};
