/** The route table served over HTTP. */
import { Hono, type Context } from 'hono';
import { ApiFailure } from './failure.ts';
import type { Host } from './host.ts';
import { demandLocalName, demandToken } from './http/access.ts';
import { readJsonBody, readUpload } from './http/body.ts';
import { matchPackageRoute, methodUnknown, runPackageRoute } from './http/package-route.ts';
import { toErrorResponse, toResponse } from './http/reply.ts';
import { Traffic } from './metric/traffic.ts';
import { openApiOf } from './openapi.ts';
import type { RawRequest, Reply, Route } from './route.ts';
import { routes } from './routes.ts';
import { serviceOf } from './service-of.ts';

/** There is one token, so there is one who asks. */
const BY = 'user';

export type Api = {
  /** Answers one request; never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
};

/** The REST API of a host. Every request needs the token, except those of open routes. */
export function createApi(host: Host, token: string): Api {
  const app = new Hono();
  const guard = (context: Context): void => demandToken(token, context.req.header('authorization'));
  const traffic = new Traffic();
  app.use(async (context, next) => {
    await next();
    traffic.answered(context.res.status);
  });
  app.use(async (context, next) => {
    demandLocalName(context.req.header('host'));
    await next();
  });
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), async (context) => {
      if (!route.open) guard(context);
      return toResponse(await route.run(await rawRequest(host, traffic, context, route)));
    });
  }
  let document: object | undefined;
  app.get('/openapi.json', () => {
    document ??= openApiOf(routes, host.info().version);
    return toResponse({ status: 200, body: document });
  });
  for (const [path, known] of Map.groupBy(routes, (route) => route.path)) {
    app.all(honoPath(path), (context) => {
      guard(context);
      throw methodUnknown(
        context.req.method,
        context.req.path,
        known.map((route) => route.method),
      );
    });
  }
  app.all('/service/:name/v1/*', async (context) => {
    guard(context);
    return toResponse(await packageReply(host, traffic, context));
  });
  app.notFound((context) => {
    guard(context);
    throw nothingThere(context.req.path);
  });
  app.onError((error, context) => toErrorResponse(error, host.log, context.req.method, context.req.path));
  return { fetch: async (request) => app.fetch(request) };
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

async function rawRequest(host: Host, traffic: Traffic, context: Context, route?: Route): Promise<RawRequest> {
  const wantsBody = route === undefined ? context.req.method !== 'GET' : route.input !== undefined;
  return {
    host,
    traffic,
    params: context.req.param(),
    query: context.req.query(),
    upload: route?.upload === undefined ? new Uint8Array() : await readUpload(context.req.raw, route.upload),
    body: wantsBody ? await readJsonBody(context.req.raw) : undefined,
    by: BY,
    lastEventId: context.req.header('last-event-id'),
    signal: context.req.raw.signal,
  };
}

async function packageReply(host: Host, traffic: Traffic, context: Context): Promise<Reply> {
  const service = serviceOf(host, context.req.param('name') ?? '');
  const below = context.req.path.split('/v1').slice(1).join('/v1');
  const match = matchPackageRoute(service, context.req.method, below);
  if (match === undefined) throw nothingThere(context.req.path);
  return runPackageRoute(service, match, await rawRequest(host, traffic, context));
}

function nothingThere(path: string): ApiFailure {
  return new ApiFailure(404, 'route-unknown', `there is nothing at ${path}`, 'see GET /openapi.json for what there is');
}
