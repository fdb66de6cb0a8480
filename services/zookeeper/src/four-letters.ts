/** Asking a member with one of ZooKeeper's words of four letters, over a plain socket. */
import { connect } from 'node:net';
import type { Address } from './member.ts';

/** What does not answer soon counts as not there. */
const answerMs = 1500;

const bytesMax = 262_144;

/**
 * Rejects when it cannot be reached or does not answer in time; that it does not serve is an answer.
 * @example
 * await fourLetters(address, 'ruok', signal) // 'imok'
 */
export const fourLetters = (
  { host, port }: Address,
  word: 'conf' | 'mntr' | 'ruok' | 'srvr',
  signal: AbortSignal,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let text = '';
    const end = (problem: string): void => {
      reject(new Error(`${host}:${port}: ${problem}`));
      socket.destroy();
    };
    const give = (): void => end('the question was given up');
    const timer = setTimeout(() => end(`no answer to ${word} within ${answerMs} ms`), answerMs);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(word));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > bytesMax) end(`its answer to ${word} does not end`);
    });
    socket.on('error', (error) => end(error.message));
    // It closes the connection after its answer.
    socket.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
      if (text === '') reject(new Error(`${host}:${port}: no answer to ${word}`));
      else resolve(text);
    });
  });
