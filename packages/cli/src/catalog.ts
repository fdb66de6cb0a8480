/** The checkout that this CLI is part of, and the packages in it. */
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '..', '..', '..');

export const catalogFolder = join(checkout, 'services');

export const serverMain = join(checkout, 'packages', 'server', 'src', 'main.ts');

export const rootPackageFile = join(checkout, 'package.json');
