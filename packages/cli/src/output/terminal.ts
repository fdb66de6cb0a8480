/** A stream that people or programs read: its width, whether it can be repainted, whether colours are welcome. */
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = (style: Style, text: string) => string;

export type Terminal = {
  readonly write: (text: string) => void;
  readonly line: (text?: string) => void;
  readonly isTty: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
};

/** What `openTerminal` needs of a stream. */
export type Sink = {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export const plain: Paint = (_style, text) => text;

export const coloured: Paint = (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }));

export function openTerminal(sink: Sink, env: NodeJS.ProcessEnv): Terminal {
  const isTty = sink.isTTY === true && env['TERM'] !== 'dumb';
  return {
    write: (text) => void sink.write(text),
    line: (text = '') => void sink.write(`${text}\n`),
    isTty,
    get columns() {
      // A terminal that does not know its size says 0.
      return sink.columns || 100;
    },
    get rows() {
      return sink.rows || 24;
    },
    paint: isTty && (env['NO_COLOR'] ?? '') === '' ? coloured : plain,
  };
}
