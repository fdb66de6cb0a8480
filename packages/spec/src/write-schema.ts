/** Writes docs/service.schema.json, which a test compares with the language. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSpecSchema } from './language/service.ts';

writeFileSync(join(import.meta.dirname, '../../../docs/service.schema.json'), formatSpecSchema());
