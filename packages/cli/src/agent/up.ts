import { setAgent } from './set.ts';

export const up = setAgent('up', { details: 'The end of down. After gone: a new and empty machine in its place.' });
