/** Server-sent events from a stream of bytes. */

export type SseEvent = { readonly event: string; readonly data: string; readonly id?: string };

const pendingMax = 1 << 20;

export async function* sseEvents(chunks: AsyncIterable<Buffer>): AsyncIterable<SseEvent> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of chunks) {
    pending = (pending + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    if (pending.length > pendingMax) throw new Error(`an event of more than ${pendingMax} characters`);
    let end = pending.indexOf('\n\n');
    while (end >= 0) {
      const event = parseEvent(pending.slice(0, end));
      pending = pending.slice(end + 2);
      if (event !== undefined) yield event;
      end = pending.indexOf('\n\n');
    }
  }
}

/** Undefined for a comment, which servers send to keep the connection open. */
function parseEvent(block: string): SseEvent | undefined {
  const data: string[] = [];
  let event = 'message';
  let id: string | undefined;
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    if (field === 'event') event = value;
    if (field === 'id') id = value;
  }
  if (data.length === 0) return undefined;
  return { event, data: data.join('\n'), ...(id === undefined ? {} : { id }) };
}
