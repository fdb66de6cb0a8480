import { ApiFailure } from '../failure.ts';

const BODY_BYTES_MAX = 1024 * 1024;

/** The JSON of a request; undefined for an empty body. Reads no more than it may. */
export async function readJsonBody(request: Request): Promise<unknown> {
  if (request.body === null) return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ApiFailure(400, 'input-invalid', `the body is not JSON: ${found}`, 'send a JSON object');
  }
}

function tooLarge(): ApiFailure {
  const message = `the body is larger than ${BODY_BYTES_MAX} bytes`;
  return new ApiFailure(413, 'input-too-large', message, 'send less at once');
}
