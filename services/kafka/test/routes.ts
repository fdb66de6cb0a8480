/** Asking the package's routes and CLI commands as the API and the CLI do. */
import type { CommandInput, PackageRequest } from '@warder/sdk';
import commands from '../src/cli.ts';
import code from '../src/index.ts';
import type { LocalCluster } from './local-cluster.ts';

export const send = async (
  cluster: LocalCluster,
  method: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  for (const route of (code.routes ?? []).toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)) {
    const params = paramsOf(route.path, path);
    if (route.method !== method || params === undefined) continue;
    const signal = AbortSignal.timeout(30_000);
    const request: PackageRequest = { service: cluster.view(), params, query, body: undefined, signal };
    const answer = await route.handle(request);
    return JSON.parse(JSON.stringify(answer));
  }
  throw new Error(`no route ${method} ${path}`);
};

const paramsOf = (template: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = template.split('/');
  const parts = path.split('/').map(decodeURIComponent);
  if (wanted.length !== parts.length) return undefined;
  const pairs = wanted.map((part, at) => [part, parts[at] ?? ''] as const);
  if (pairs.some(([part, text]) => !part.startsWith('{') && part !== text)) return undefined;
  return Object.fromEntries(
    pairs.filter(([part]) => part.startsWith('{')).map(([part, text]) => [part.slice(1, -1), text]),
  );
};

/** What a command prints. */
export const print = async (
  cluster: LocalCluster,
  path: string,
  args: readonly string[] = [],
  options: CommandInput['options'] = {},
): Promise<string> => {
  const command = commands.find((each) => each.path.join(' ') === path);
  if (command === undefined || command.start !== undefined) throw new Error(`no command ${path}`);
  const input = { args, options };
  const request = command.request(input);
  return command.render(await send(cluster, request.method, request.path, request.query), input);
};
