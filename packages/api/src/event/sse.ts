/** Changes as server-sent events, resumable by `Last-Event-ID`. */
import type { ChangeEvent, ChangeLog } from './change-log.ts';

const HEARTBEAT_MS = 15_000;
const BATCH = 100;

export type Watch = {
  readonly log: ChangeLog;
  /** Only the changes of this service; absent: of all. */
  readonly service?: string;
  /** What the client saw last. */
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
};

/**
 * Events until the signal aborts. `change` carries `{service, path, value}`. `reset` says that changes were missed:
 * read what you show again. The first block carries only an id, so that also a client that saw no change can resume.
 */
export async function* changeStream({ log, service, lastEventId, signal }: Watch): AsyncIterable<Uint8Array> {
  let position = positionOf(log, lastEventId);
  if (position === undefined) {
    position = log.end();
    yield block(log, position, lastEventId === undefined ? undefined : { event: 'reset', data: {} });
  }
  while (!signal.aborted) {
    const changes = log.read(position, BATCH);
    if (changes === undefined) {
      position = log.end();
      yield block(log, position, { event: 'reset', data: {} });
      continue;
    }
    if (changes.length > 0) {
      position += changes.length;
      const mine = service === undefined ? changes : changes.filter((change) => change.service === service);
      if (mine.length > 0) yield Buffer.concat(mine.map((change) => changeBlock(log, change)));
      continue;
    }
    if (!(await arrived(log, position, signal))) yield Buffer.from(': still here\n\n');
  }
}

/** False after a while without a change: something must be sent now and then to notice that nobody listens. */
async function arrived(log: ChangeLog, position: number, signal: AbortSignal): Promise<boolean> {
  await log.wait(position, AbortSignal.any([signal, AbortSignal.timeout(HEARTBEAT_MS)]));
  return position < log.end() || signal.aborted;
}

function changeBlock(log: ChangeLog, change: ChangeEvent): Uint8Array {
  const { service, path, value } = change;
  return block(log, change.sequence + 1, { event: 'change', data: { service, path, value } });
}

/** The id is the position to go on from. JSON holds no line breaks, so the data is one line. */
function block(
  log: ChangeLog,
  position: number,
  event?: { readonly event: string; readonly data: unknown },
): Uint8Array {
  const id = `id: ${log.epoch}-${position}\n`;
  const rest = event === undefined ? '' : `event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n`;
  return Buffer.from(`${id}${rest}\n`);
}

/** Undefined: not a position of this log. */
function positionOf(log: ChangeLog, id: string | undefined): number | undefined {
  const cut = id?.lastIndexOf('-') ?? -1;
  if (id === undefined || cut < 0 || id.slice(0, cut) !== log.epoch) return undefined;
  const position = Number(id.slice(cut + 1));
  return Number.isSafeInteger(position) && log.read(position, 0) !== undefined ? position : undefined;
}
