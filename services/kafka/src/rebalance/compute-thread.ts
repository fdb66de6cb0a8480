/** The thread of a proposal for a large cluster. */
import { parentPort, workerData } from 'node:worker_threads';
import { madeOf } from './made.ts';

parentPort?.postMessage(madeOf(workerData));
