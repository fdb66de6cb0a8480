import { readFileSync } from 'node:fs';
import { rootPackageFile } from './catalog.ts';
import { jsonOption, type Command } from './command.ts';
import { exitCodes } from './exit.ts';
import { printJson } from './output/json.ts';

export function readVersion(): string {
  const file: { readonly version?: unknown } = JSON.parse(readFileSync(rootPackageFile, 'utf8'));
  return String(file.version);
}

export const version: Command = {
  options: [jsonOption],
  run: async (input, { out }) => {
    if (input.json) printJson(out, { version: readVersion(), node: process.versions.node });
    else out.line(`warder ${readVersion()} (node ${process.versions.node})`);
    return exitCodes.ok;
  },
};
