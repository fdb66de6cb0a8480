/** The colour of a status. */
import type { Paint, Style } from './terminal.ts';

const styles: Readonly<Record<string, Style>> = {
  COMPLETE: 'green',
  RUNNING: 'green',
  FINISHED: 'green',
  HEALTHY: 'green',
  healthy: 'green',
  IN_PROGRESS: 'cyan',
  PREPARED: 'cyan',
  STARTING: 'cyan',
  STARTED: 'cyan',
  LAUNCHING: 'cyan',
  STAGING: 'cyan',
  deploying: 'cyan',
  WAITING: 'yellow',
  DELAYED: 'yellow',
  KILLING: 'yellow',
  PAUSING: 'yellow',
  PAUSED: 'yellow',
  RESUMING: 'cyan',
  ROLLED_BACK: 'yellow',
  degraded: 'yellow',
  up: 'green',
  cordoned: 'yellow',
  drained: 'yellow',
  UNREACHABLE: 'red',
  down: 'red',
  gone: 'red',
  PENDING: 'dim',
  CANCELLED: 'dim',
  SUPERSEDED: 'dim',
  ERROR: 'red',
  FAILED: 'red',
  LOST: 'red',
};

export function paintStatus(paint: Paint, status: string): string {
  const style = styles[status];
  return style === undefined ? status : paint(style, status);
}
