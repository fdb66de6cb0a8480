import { isPackageError, PackageError } from '../package/error.ts';
import type { CrossingError } from './message.ts';

/** Longer texts are no reasons that a person reads. */
const TEXT_MAX = 4_000;

export function toCrossing(error: unknown): CrossingError {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, TEXT_MAX);
  if (!isPackageError(error)) return { message };
  const { code, status, next } = error;
  return { message, known: { code, status, ...(next === undefined ? {} : { next }) } };
}

export function fromCrossing({ message, known }: CrossingError): Error {
  return known === undefined ? new Error(message) : new PackageError(known.code, message, known.status, known.next);
}
