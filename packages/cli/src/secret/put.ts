import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { jsonOption, type Command, type Context } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { byteSize } from '../output/time.ts';
import { secretPath, type SecretAnswer } from './answer.ts';

export const put: Command = {
  args: [{ name: 'secret', summary: 'as specs name it: db-password, hello-world/db-password' }],
  options: [{ flags: '-f, --file <file>', summary: 'take the value from this file' }, jsonOption],
  details: `The value comes from --file or standard input, each byte as it is; on a terminal one line is asked for and not
shown. It is never an argument: those are seen by everybody on the machine, and kept by shells.

Every service may read a secret without a folder. A secret in a folder is read by the service of that name, and by
services below it: prod/password by prod/orders-kafka.

Examples:
  warder secret put hello-world/db-password
  warder secret put hello-world/keytab --file kafka.keytab
  openssl rand -hex 16 | tr -d '\\n' | warder secret put db-password`,
  run: async (input, context) => {
    const file = input.text('file');
    const path = input.arg('secret');
    const value = file === undefined ? await given(context, path) : read(file);
    const answer = await context.api().send<SecretAnswer>('PUT', secretPath(path), { bytes: value });
    if (input.json) printJson(context.out, answer);
    else for (const line of lines(answer, context)) context.out.line(line);
    return exitCodes.ok;
  },
};

function lines({ path, version, sizeBytes, services }: SecretAnswer, { hint }: Context): readonly string[] {
  return [
    `${path} is put (version ${version}, ${byteSize(sizeBytes)})`,
    ...services.map(
      (name) => `tasks of ${name} have it from their next launch on: ${hint(`${name} pod restart <instance>`)}`,
    ),
  ];
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('secret-unreadable', `the value cannot be read: ${why}`, { next: 'correct the path', cause });
  }
}

async function given({ input, err, signal }: Context, path: string): Promise<Buffer> {
  if (input.isTTY) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    using lines = createInterface({ input, output: nowhere, terminal: true });
    // Only now, when the terminal shows nothing any more of what is typed.
    err.line(`The value of ${path}, which is not shown, then Enter:`);
    return Buffer.from(await lines.question('', { signal }));
  }
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
