import type { FileAnswer } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { byteSize, dateTime } from '../output/time.ts';
import { taskArg, taskPath } from './path.ts';

export const ls: ServiceCommand = {
  args: [taskArg, { name: 'path', summary: 'in its working directory (default: all of it)', optional: true }],
  options: [jsonOption],
  run: async (input, context) => {
    const { api, out } = context;
    const query = { path: input.optionalArg('path') ?? '.' };
    const files = await api().get<readonly FileAnswer[]>(taskPath(context, input.arg('task'), '/files'), query);
    if (input.json) printJson(out, files);
    else {
      const rows = files.map((file) => [
        modeText(file.mode),
        byteSize(file.size),
        dateTime(file.modifiedMs),
        file.type === 'directory' ? `${file.name}/` : file.name,
      ]);
      out.line(renderTable(['MODE', 'SIZE', 'MODIFIED', 'NAME'], rows, out.paint));
    }
    return exitCodes.ok;
  },
};

/** `rw-r--r--` */
export function modeText(mode: number): string {
  return Array.from('rwxrwxrwx', (letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-')).join('');
}
