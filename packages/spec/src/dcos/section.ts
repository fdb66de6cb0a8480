import { sourceOf } from '../source.ts';
import { tokenize } from '../template/token.ts';
import type { Token } from '../template/token.ts';

/** The sections of a template that a piece of its text stands in, from the outside; none: it is always there. */
export const sectionsAround = (piece: string, template: string): readonly string[] => {
  const parsed = tokenize(sourceOf(template, ''));
  return 'tokens' in parsed ? (around(piece, parsed.tokens) ?? []) : [];
};

const around = (piece: string, tokens: readonly Token[]): readonly string[] | undefined => {
  for (const token of tokens) {
    if (token.kind === 'text' && token.value.includes(piece)) return [];
    if (token.kind !== 'section') continue;
    const inner = around(piece, token.tokens);
    if (inner) return [`${token.inverted ? 'not ' : ''}${token.name}`, ...inner];
  }
  return undefined;
};
