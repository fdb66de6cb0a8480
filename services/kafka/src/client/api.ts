/** One API of the Kafka protocol: all the versions that we speak, in one place. */
import type { Connection, Reader } from '@platformatic/kafka';
import { Decoder, Encoder } from './codec.ts';

export type Api<Request, Response> = {
  readonly name: string;
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** The first version with compact lengths and tagged fields. */
  readonly flexibleFrom: number;
  readonly write: (to: Encoder, request: Request, version: number) => void;
  /** Errors of parts are part of the response: a partial failure is an answer. */
  readonly read: (from: Decoder, version: number) => Response;
};

/** What a peer offers of one API. */
export type VersionRange = { readonly min: number; readonly max: number };

/** The newest version that both sides speak; undefined when there is none. */
export const negotiate = (
  api: Pick<Api<unknown, unknown>, 'min' | 'max'>,
  offered: VersionRange | undefined,
): number | undefined => {
  if (offered === undefined) return undefined;
  const version = Math.min(api.max, offered.max);
  return version >= Math.max(api.min, offered.min) ? version : undefined;
};

/** Send one request on an open connection. Rejects with the connection's own errors. */
export const exchange = async <Request, Response>(
  connection: Connection,
  api: Api<Request, Response>,
  version: number,
  request: Request,
): Promise<Response> => {
  const flexible = version >= api.flexibleFrom;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  connection.send<Response>(
    api.key,
    version,
    () => {
      const encoder = new Encoder(flexible);
      api.write(encoder, request, version);
      return encoder.end();
    },
    (_correlationId: number, _key: number, _version: number, reader: Reader) =>
      api.read(new Decoder(reader, flexible), version),
    flexible,
    // The header of an ApiVersions response never has tagged fields: its reader does not know yet whether it could.
    flexible && api.key !== 18,
    (error, response) => {
      if (error) reject(error);
      else resolve(response as Response);
    },
  );
  return promise;
};
