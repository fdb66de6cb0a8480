/** Why a scheduler takes no requests, apart from what the core decides: each reason has a code of its own. */
import type { Answer } from '@warder/core';

/** Nothing can be decided now. */
export type Trouble = { readonly code: string; readonly text: string };

export const unwritable = (error: unknown): Trouble => ({
  code: 'store-unwritable',
  text: `the store takes no writes: ${textOf(error)}`,
});

/** A decision failed: what the state is worth is not known any more. */
export const broken = (error: unknown): Trouble => ({
  code: 'service-stopped',
  text: `internal error, restart the server: ${textOf(error)}`,
});

export const unforgotten = (error: unknown): Trouble => ({
  code: 'service-uninstalling',
  text: `what is left of the service could not be removed: ${textOf(error)}`,
});

export const refusal = ({ code, text }: Trouble): Answer => ({
  ok: false,
  code,
  message: code === 'store-unwritable' ? `${text}; what was asked before begins when it can be recorded` : text,
});

export const closing = (name: string): Answer => ({ ok: false, code: 'service-closed', message: `${name} is closing` });

export const tooMany: Answer = { ok: false, code: 'busy', message: 'too many requests wait already' };

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
