import { setAgent } from './set.ts';

export const uncordon = setAgent('uncordon', { details: 'The end of cordon and drain.' });
