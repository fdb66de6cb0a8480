/** `/state/files`: small files that people and tasks leave with a service; they end with it. */
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute, stream } from '../route.ts';

/** As in dcos-commons. */
const FILE_BYTES_MAX = 1024;
const FILES_MAX = 100;
const params = { file: 'The name of a file: letters, digits, `.`, `_` and `-`' };
const NAME = /^[\w.-]{1,100}$/;

export const fileRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/state/files',
    summary: 'Names of the files that are kept with the service',
    output: z.array(z.string()),
    handle: async ({ host, service }) => ok([...(await host.files.list(service.name))]),
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/files/{file}',
    summary: 'One file that is kept with the service',
    params,
    output: 'application/octet-stream',
    handle: async ({ host, service, params: { file } }) => {
      const content = await host.files.read(service.name, file);
      if (content !== undefined) return stream('application/octet-stream', once(content));
      const names = await host.files.list(service.name);
      const next = nextAfterUnknown(file, names, `GET /service/${service.name}/v1/state/files`);
      throw new ApiFailure(404, 'file-unknown', `${service.name} keeps no file ${file}`, next);
    },
  }),
  serviceRoute({
    method: 'PUT',
    path: '/state/files/{file}',
    summary: 'Keep a file with the service, in place of one of that name',
    params,
    upload: FILE_BYTES_MAX,
    output: z.object({ message: z.string() }),
    handle: async ({ host, service, params: { file }, upload }) => {
      if (!NAME.test(file)) {
        throw new ApiFailure(
          400,
          'input-invalid',
          `${file} cannot be the name of a file`,
          'use letters, digits, . _ -',
        );
      }
      const known = await host.files.list(service.name);
      if (known.length >= FILES_MAX && !known.includes(file)) {
        const message = `${service.name} keeps ${FILES_MAX} files already`;
        throw new ApiFailure(409, 'files-full', message, 'write over one of them');
      }
      await host.files.write(service.name, file, upload);
      return ok({ message: `${file} is kept: ${upload.length} bytes` });
    },
  }),
];

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  if (content.length > 0) yield content;
}
