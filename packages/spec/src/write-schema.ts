/** Writes what is published of the language; tests compare it: docs/service.schema.json and the keys in docs/service-yml.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatReference } from './language/reference.ts';
import { formatSpecSchema } from './language/service.ts';

const docs = join(import.meta.dirname, '../../../docs');
writeFileSync(join(docs, 'service.schema.json'), formatSpecSchema());

const manual = join(docs, 'service-yml.md');
const [before = ''] = readFileSync(manual, 'utf8').split('## Every key\n');
writeFileSync(manual, `${before}## Every key\n\n${formatReference().trimEnd()}\n`);
