/** @module The thread of a package: it loads the code, answers calls, and says who is running. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { answerCall } from '../code/answer.ts';
import { outlineOf } from '../code/outline.ts';
import type { PackageCode } from '../package/code.ts';
import type { ServiceView } from '../package/view.ts';
import { toCrossing } from './error.ts';
import { PONG, RUNNING } from './message.ts';
import type { FromThread, ThreadData, ToThread } from './message.ts';
import { markRunning, ownerOf, runAs } from './running.ts';
import { applyDelta } from './view-delta.ts';

/** Nothing that a person or a record needs is larger. */
const ANSWER_MAX = 16 * 1024 * 1024;

async function serve(port: MessagePort, { file, marks: shared }: ThreadData): Promise<void> {
  const marks = new Int32Array(shared);
  const post = (message: FromThread): void => port.postMessage(message);
  markRunning(marks);
  const stray = (id: number, error: unknown): void => post({ type: 'stray', id, error: toCrossing(error) });
  process.on('uncaughtException', (error) => stray(Atomics.load(marks, RUNNING), error));
  process.on('unhandledRejection', (error, promise) => stray(ownerOf(promise), error));
  const code = await load(file).catch((error: unknown) => {
    post({ type: 'unusable', why: toCrossing(error).message });
    return undefined;
  });
  if (code === undefined) return;
  const running = new Map<number, AbortController>();
  const views = new Map<string, ServiceView>();

  const answer = async (id: number, message: Extract<ToThread, { type: 'call' }>, signal: AbortSignal) => {
    const { view, call } = message;
    let service: ServiceView | undefined;
    if (view !== undefined) views.set(view.uid, (service = applyDelta(views.get(view.uid), view)));
    try {
      const value = await answerCall(code, call, service, signal);
      const json = JSON.stringify(value) as string | undefined;
      if (json !== undefined && json.length > ANSWER_MAX) throw new Error(`its answer has ${json.length} characters`);
      post({ type: 'answer', id, ...(json === undefined ? {} : { json }) });
    } catch (error) {
      post({ type: 'error', id, error: toCrossing(error) });
    } finally {
      running.delete(id);
    }
  };
  port.on('message', (message: ToThread) => {
    switch (message.type) {
      case 'call': {
        const { id } = message;
        const controller = new AbortController();
        running.set(id, controller);
        void runAs(id, () => answer(id, message, controller.signal));
        break;
      }
      case 'abort': {
        const { id } = message;
        runAs(id, () => running.get(id)?.abort());
        break;
      }
      case 'ping':
        Atomics.store(marks, PONG, message.n);
        break;
      default:
        message satisfies never;
    }
  });
  post({ type: 'ready', outline: outlineOf(code) });
}

async function load(file: string): Promise<PackageCode> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw new Error(`${file} has no default export`);
  }
  if (!isCode(module.default)) throw new Error(`the default export of ${file} is not an object`);
  return module.default;
}

/** What is in it is checked where it is called: a package that lies about a part hurts only that part. */
function isCode(value: unknown): value is PackageCode {
  return typeof value === 'object' && value !== null;
}

function isThreadData(value: unknown): value is ThreadData {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'package';
}

// It is also only imported, to compile it.
if (parentPort !== null && isThreadData(workerData)) await serve(parentPort, workerData);
