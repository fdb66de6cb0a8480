import { setAgent } from './set.ts';

export const cordon = setAgent('cordon', {
  details: 'What runs there goes on; nothing new is placed there until `agent uncordon`.',
});
