/** Words of the CLI that no service can be called: `warder server status` must not be ambiguous. */
import { commands, serviceCommands } from '../table.ts';

export function reservedNames(): ReadonlySet<string> {
  return new Set([...Object.keys(commands), ...Object.keys(serviceCommands), 'help']);
}
