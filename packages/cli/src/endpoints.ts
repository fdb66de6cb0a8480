import type { EndpointView } from './api/answers.ts';
import { jsonOption, type ServiceCommand, type ServiceContext } from './command.ts';
import { exitCodes, usageError } from './exit.ts';
import { printJson } from './output/json.ts';
import { propertyLines } from './output/properties.ts';
import { renderTable } from './output/table.ts';

export const endpoints: ServiceCommand = {
  args: [{ name: 'name', summary: 'only this endpoint, in full', optional: true }],
  options: [{ flags: '--properties', summary: 'of one endpoint: as lines of a properties file' }, jsonOption],
  run: async (input, context) => {
    const { api, out, path, hint, service } = context;
    const name = input.optionalArg('name');
    if (name === undefined && input.flag('properties')) {
      throw usageError('--properties is for one endpoint', hint(`${service} endpoints`));
    }
    if (name === undefined) {
      const names = await api().get<readonly string[]>(path('/endpoints'));
      if (input.json) printJson(out, names);
      else if (names.length === 0) out.line(`${context.service} has no endpoints`);
      else await printEndpoints(context, names);
      return exitCodes.ok;
    }
    const endpoint = await api().get<unknown>(path(`/endpoints/${encodeURIComponent(name)}`));
    if (input.flag('properties')) for (const line of propertyLines(endpoint, name)) out.line(line);
    else if (typeof endpoint === 'string' && !input.json) out.line(endpoint.trimEnd());
    else printJson(out, endpoint);
    return exitCodes.ok;
  },
};

/** How to connect, one line each. */
export async function printEndpoints(context: ServiceContext, given?: readonly string[]): Promise<void> {
  const { api, out, path, hint, service } = context;
  const names = given ?? (await api().get<readonly string[]>(path('/endpoints')));
  if (names.length === 0) return;
  const rows = await Promise.all(
    names.map(async (name) => [
      name,
      summary(await api().get<unknown>(path(`/endpoints/${encodeURIComponent(name)}`))),
    ]),
  );
  out.line(renderTable(['ENDPOINT', 'ADDRESS'], rows, out.paint));
  out.line(out.paint('dim', `more of one: ${hint(`${service} endpoints <name>`)}`));
}

/** The VIP when there is one: it stays when instances move. A package's own endpoint may be any text or JSON. */
export function summary(endpoint: unknown): string {
  if (typeof endpoint !== 'object' || endpoint === null) return firstLine(String(endpoint));
  const { vip, address, dns }: Partial<EndpointView> = endpoint;
  if (vip !== undefined) return vip;
  const places = [address, dns].find((list) => Array.isArray(list) && list.length > 0);
  return places?.join(',') ?? firstLine(JSON.stringify(endpoint));
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
