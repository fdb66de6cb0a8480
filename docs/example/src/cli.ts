/** @module `warder journal line list`, `warder journal line add "..."`. */
import type { PackageCommand } from '@warder/sdk';

const commands: readonly PackageCommand[] = [
  {
    path: ['line', 'list'],
    summary: 'all lines',
    args: [],
    options: [],
    request: () => ({ method: 'GET', path: '/lines' }),
    render: (answer) => (answer as readonly string[]).join('\n'),
  },
  {
    path: ['line', 'add'],
    summary: 'add a line to every node',
    args: [{ name: 'line', summary: 'the text' }],
    options: [],
    request: ({ args }) => ({ method: 'POST', path: '/lines', body: { line: args[0] } }),
    render: (answer) => (answer as { readonly message: string }).message,
  },
];

export default commands;
