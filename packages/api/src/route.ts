/** A route as a value: what serves it, what documents it and what tests it is the same thing. */
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from './failure.ts';
import type { Host } from './host.ts';
import type { Traffic } from './metric/traffic.ts';
import { serviceOf } from './service-of.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** With its types erased, as the table holds it. */
export type Route = {
  readonly method: Method;
  /** `/v1/packages/{name}` */
  readonly path: string;
  readonly summary: string;
  /** Served without a token. */
  readonly open: boolean;
  /** Parameters of the path by name, with their help. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.ZodObject;
  readonly input: z.ZodType | undefined;
  /** The body is a file of at most so many bytes. */
  readonly upload: number | undefined;
  readonly output: Output;
  /** Answers by status code, with what they mean. */
  readonly statuses: Readonly<Record<number, string>>;
  readonly run: (request: RawRequest) => Promise<Reply>;
};

/** JSON of a schema, or a stream. */
type Output = z.ZodType | StreamKind;
type StreamKind =
  | 'text/plain; charset=utf-8'
  | 'text/plain; version=0.0.4; charset=utf-8'
  | 'application/octet-stream'
  | 'text/event-stream';

export type RawRequest = {
  readonly host: Host;
  readonly traffic: Traffic;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Empty where the route takes no file. */
  readonly upload: Uint8Array;
  /** Who asks. */
  readonly by: string;
  readonly lastEventId: string | undefined;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
};

export type Reply<T = unknown> =
  | { readonly status: number; readonly body: T }
  | { readonly contentType: string; readonly chunks: AsyncIterable<Uint8Array> };

export const ok = <T>(body: T): Reply<T> => ({ status: 200, body });
export const accepted = <T>(body: T): Reply<T> => ({ status: 202, body });
export const stream = (contentType: StreamKind, chunks: AsyncIterable<Uint8Array>): Reply<never> => ({
  contentType,
  chunks,
});

type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;

type NoQuery = z.ZodObject<Record<never, never>>;

type RouteSpec<P extends string, Q extends z.ZodObject, I extends z.ZodType, O extends Output, Given> = {
  readonly method: Method;
  readonly path: P;
  readonly summary: string;
  readonly open?: true;
  readonly params?: Readonly<Record<Exclude<ParamNames<P>, 'name'>, string>>;
  readonly query?: Q;
  readonly input?: I;
  readonly upload?: number;
  readonly output: O;
  readonly statuses?: Readonly<Record<number, string>>;
  readonly handle: (
    request: Given & {
      readonly host: Host;
      readonly traffic: Traffic;
      readonly params: Readonly<Record<ParamNames<P>, string>>;
      readonly query: z.output<Q>;
      readonly input: z.output<I>;
      readonly upload: Uint8Array;
      readonly by: string;
      readonly lastEventId: string | undefined;
      readonly signal: AbortSignal;
    },
  ) => Promise<Reply<O extends z.ZodType ? z.output<O> : never>> | Reply<O extends z.ZodType ? z.output<O> : never>;
};

/** A route of the server itself. */
export function route<
  P extends string,
  Q extends z.ZodObject = NoQuery,
  I extends z.ZodType = z.ZodUndefined,
  O extends Output = Output,
>(spec: RouteSpec<P, Q, I, O, object>): Route {
  return erase(spec.path, spec, () => ({}));
}

/** A route of one service: `path` is below `/service/{name}/v1`, and the handler is given its scheduler. */
export function serviceRoute<
  P extends string,
  Q extends z.ZodObject = NoQuery,
  I extends z.ZodType = z.ZodUndefined,
  O extends Output = Output,
>(spec: RouteSpec<P, Q, I, O, { readonly service: Scheduler }>): Route {
  return erase(`/service/{name}/v1${spec.path}`, spec, ({ host, params }) => ({
    service: serviceOf(host, params['name'] ?? ''),
  }));
}

function erase<P extends string, Q extends z.ZodObject, I extends z.ZodType, O extends Output, Given>(
  path: string,
  spec: RouteSpec<P, Q, I, O, Given>,
  given: (request: RawRequest) => Given,
): Route {
  const { method, summary, output, input, upload, open = false, statuses = {} } = spec;
  const query = spec.query ?? z.object({});
  return {
    method,
    path,
    summary,
    output,
    open,
    statuses,
    query,
    input,
    upload,
    params: spec.params ?? {},
    run: async (raw) => {
      const more = given(raw);
      return spec.handle({
        ...more,
        host: raw.host,
        traffic: raw.traffic,
        by: raw.by,
        upload: raw.upload,
        lastEventId: raw.lastEventId,
        signal: raw.signal,
        params: raw.params as Readonly<Record<ParamNames<P>, string>>,
        query: demand(query, raw.query, 'the query') as z.output<Q>,
        input: (input === undefined ? undefined : demand(input, raw.body ?? {}, 'the body')) as z.output<I>,
      });
    },
  };
}

function demand(schema: z.ZodType, value: unknown, where: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = problems;
  const at = first === undefined || first.path === '' ? where : `${where} at ${first.path}`;
  throw new ApiFailure(
    400,
    'input-invalid',
    `${at}: ${first?.message ?? 'invalid'}`,
    'see GET /openapi.json',
    problems,
  );
}
