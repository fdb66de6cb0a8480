import { setAgent } from './set.ts';

export const drain = setAgent('drain', {
  details: 'What runs there stops when its gates allow; `agent uncordon` ends it.',
});
