/** Run a command to its end, with bounded output and time. */
import { spawn } from 'node:child_process';

export type RunOptions = { readonly stdin?: string; readonly timeoutMs: number };

export type RunResult = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

export type Invocation = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends the command and its children where it really runs. */
  readonly kill: (pid: number) => void;
};

/** Output beyond this is dropped: a command must not fill the engine's memory. */
const outputBytesMax = 4 << 20;

/** Output that is still on its way when the command has ended; a background child may hold the pipe for ever. */
const drainMs = 200;

export const runInvocation = (invocation: Invocation, options: RunOptions): Promise<RunResult> =>
  new Promise((resolve) => {
    const [file = '', ...args] = invocation.command;
    const child = spawn(file, args, { cwd: invocation.cwd, env: invocation.env, detached: true });
    const [stdout, stderr] = [collect(), collect()];
    let timedOut = false;
    let exitCode = 127;
    const timer = setTimeout(() => {
      timedOut = true;
      invocation.kill(child.pid ?? 0);
    }, options.timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text(), timedOut });
    };
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    // The command need not read what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    child.on('error', (error) => {
      stderr.add(Buffer.from(error.message));
      finish();
    });
    child.on('exit', (code, signal) => {
      exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
      const drain = setTimeout(finish, drainMs);
      child.on('close', () => {
        clearTimeout(drain);
        finish();
      });
    });
  });

const collect = () => {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk: Buffer) => {
      const kept = chunk.subarray(0, outputBytesMax - size);
      size += kept.length;
      if (kept.length > 0) chunks.push(kept);
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
};
