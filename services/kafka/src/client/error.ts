/** What can go wrong between us and a broker, and the names of Kafka's error codes. */
import { protocolErrorsCodesById } from '@platformatic/kafka';

export type ConnectionProblem = 'unreachable' | 'timeout' | 'unsupported' | 'aborted';

/** No answer. A broker that answers with an error code is no such error: that is part of the response. */
export class ConnectionError extends Error {
  readonly problem: ConnectionProblem;
  /** `host:port`. */
  readonly address: string;
  constructor(problem: ConnectionProblem, address: string, message: string, cause?: unknown) {
    super(`${address}: ${message}`, { cause });
    this.name = 'ConnectionError';
    this.problem = problem;
    this.address = address;
  }
}

export const ErrorCode = {
  none: 0,
  unknownTopic: 3,
  replicaNotAvailable: 9,
  notController: 41,
  /** A log dir has failed. */
  storage: 56,
  topicExists: 36,
  unsupportedVersion: 35,
  electionNotNeeded: 84,
  nothingUnderWay: 85,
  brokerNotRegistered: 102,
} as const;

/** `NOT_LEADER_OR_FOLLOWER` for 6. */
export const errorName = (code: number): string =>
  code === 0 ? 'NONE' : (protocolErrorsCodesById[code] ?? `error ${code}`);

/** The name of the code with the broker's own words, if it said any. */
export const errorText = (code: number, message: string | null | undefined): string =>
  message ? `${message} (${errorName(code)})` : errorName(code);
