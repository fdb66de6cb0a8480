import type { ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { taskArg, taskPath } from './path.ts';

const pieceBytes = 1 << 20;

export const cat: ServiceCommand = {
  args: [taskArg, { name: 'path', summary: 'in its working directory' }],
  run: async (input, context) => {
    const decoder = new TextDecoder();
    const path = taskPath(context, input.arg('task'), '/file');
    for (let offset = 0; ;) {
      const piece = await context.api().bytes(path, { path: input.arg('path'), offset, length: pieceBytes });
      context.out.write(decoder.decode(piece, { stream: true }));
      offset += piece.length;
      // The server may have a smaller limit than ours: only an empty piece is surely the end.
      if (piece.length === 0) return exitCodes.ok;
    }
  },
};
