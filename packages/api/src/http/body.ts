import { ApiFailure } from '../failure.ts';

const BODY_BYTES_MAX = 1024 * 1024;

/** What a form adds to the file that it carries. */
const FORM_BYTES_MAX = 16 * 1024;

/** The JSON of a request; undefined for an empty body. Reads no more than it may. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const body = await readBytes(request, BODY_BYTES_MAX);
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ApiFailure(400, 'input-invalid', `the body is not JSON: ${found}`, 'send a JSON object');
  }
}

/** The bytes of a request, or of the field `file` of a form, as dcos-commons takes it. */
export async function readUpload(request: Request, max: number): Promise<Uint8Array> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) return readBytes(request, max);
  const body = await readBytes(request, max + FORM_BYTES_MAX);
  const file = await fieldOf(new Response(new Uint8Array(body), { headers: { 'content-type': type } }));
  if (file.size > max) throw tooLarge(max);
  return file.bytes();
}

async function fieldOf(form: Response): Promise<Blob> {
  const next = 'send a form with the field `file`, or the bytes themselves';
  const fields = await form.formData().catch((error: unknown) => {
    const found = error instanceof Error ? error.message : String(error);
    throw new ApiFailure(400, 'input-invalid', `the body is not a form: ${found}`, next);
  });
  const file = fields.get('file');
  if (file === null) throw new ApiFailure(400, 'input-invalid', 'the form has no field `file`', next);
  return typeof file === 'string' ? new Blob([file]) : file;
}

async function readBytes(request: Request, max: number): Promise<Buffer> {
  if (request.body === null) return Buffer.alloc(0);
  if (Number(request.headers.get('content-length') ?? 0) > max) throw tooLarge(max);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > max) throw tooLarge(max);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(max: number): ApiFailure {
  return new ApiFailure(413, 'input-too-large', `the body is larger than ${max} bytes`, 'send less at once');
}
