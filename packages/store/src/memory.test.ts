import { openMemoryStore } from './memory.ts';
import { storeSuite } from './suite.ts';

storeSuite({ name: 'memory', open: async () => openMemoryStore() });
