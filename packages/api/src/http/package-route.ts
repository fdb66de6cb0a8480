/** The routes that a package adds to its service. */
import { routeName, type RouteOutline, type Scheduler } from '@warder/scheduler';
import { ApiFailure } from '../failure.ts';
import { ok, type RawRequest, type Reply } from '../route.ts';
import { within } from './within.ts';

const LIMIT_MS = 30_000;

type Match = { readonly route: RouteOutline; readonly params: Readonly<Record<string, string>> };

/** Undefined: no route of the package has that path. @throws ApiFailure when one has, but not with that method */
export function matchPackageRoute(service: Scheduler, method: string, path: string): Match | undefined {
  const matches = service.host.outline.routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  // `/topics/summary` before `/topics/{topic}`.
  const found = matches
    .filter(({ route }) => route.method === method)
    .toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  if (found !== undefined || matches.length === 0) return found;
  throw methodUnknown(method, path, [...new Set(matches.map(({ route }) => route.method))]);
}

export function methodUnknown(method: string, path: string, allowed: readonly string[]): ApiFailure {
  const next = `use ${allowed.join(' or ')}; see GET /openapi.json`;
  return new ApiFailure(405, 'method-unknown', `${path} takes no ${method}`, next);
}

export async function runPackageRoute(service: Scheduler, { route, params }: Match, raw: RawRequest): Promise<Reply> {
  const known = Object.keys(route.query ?? {});
  const unknown = Object.keys(raw.query).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const next = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
    throw new ApiFailure(400, 'input-invalid', `unknown in the query: ${unknown.join(', ')}`, next);
  }
  const answer = await within(LIMIT_MS, raw.signal, `${service.name}: ${route.method} ${route.path}`, (signal) =>
    service.route({ name: routeName(route), params, query: raw.query, body: raw.body }, signal),
  );
  return ok(answer ?? null);
}

/** The parameters of a path that fits a template (`/topics/{topic}`), decoded; undefined when it does not fit. */
function paramsOf(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decode(given[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && value !== '') params[name] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
