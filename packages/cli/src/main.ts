/** The program `warder`. */
import { runCli } from './cli.ts';
import { exitCodes } from './exit.ts';

/** A command that can be left behind says so within this time; the others just end. */
const detachMs = 400;

const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
  interrupt.abort();
  setTimeout(() => process.exit(exitCodes.interrupted), detachMs).unref();
});
// `warder ... | head` closes our output: nobody reads on, so there is nothing more to do.
process.stdout.on('error', () => process.exit(exitCodes.ok));

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
});
