import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, frame, truncate } from './live.ts';
import { renderTable } from './table.ts';
import { coloured, openTerminal, plain } from './terminal.ts';
import { byteSize, duration } from './time.ts';
import { renderTree } from './tree.ts';

test('a table is as wide as its widest cells, colours not counted', () => {
  const rows = [
    [coloured('green', 'a'), 'one'],
    ['bbbb', 'two'],
  ];
  assert.deepEqual(renderTable(['X', 'Y'], rows, plain).split('\n'), [
    'X     Y',
    '\u001B[32ma\u001B[39m     one',
    'bbbb  two',
  ]);
  assert.equal(renderTable(['X', 'Y'], [], plain), 'X  Y');
});

test('a tree draws its branches', () => {
  const tree = { text: 'a', children: [{ text: 'b', children: [{ text: 'c' }] }, { text: 'd' }] };
  assert.deepEqual(renderTree(tree), ['a', '├─ b', '│  └─ c', '└─ d']);
});

test('a frame paints over the one before and leaves nothing of it', () => {
  assert.equal(frame(0, ['a', 'b']), 'a\u001B[K\nb\u001B[K\n\u001B[J');
  assert.equal(frame(3, ['a']), '\u001B[3A\ra\u001B[K\n\u001B[J');
});

test('a frame is cut to the width and, in its middle, to the height', () => {
  assert.deepEqual(fit(['a', 'b', 'c', 'd', 'e', 'f'], 80, 4), ['a', 'b', '… 3 more lines', 'f']);
  assert.deepEqual(fit(['abcdef'], 4, 10), ['abc…']);
  assert.equal(truncate('abcd', 4), 'abcd');
  assert.equal(truncate(`${coloured('red', 'abcdef')}`, 4), '\u001B[31mabc…\u001B[0m');
});

test('times and sizes read well', () => {
  assert.deepEqual([0, 8400, 125_000, 11_520_000, 400_000_000].map(duration), [
    '0s',
    '8s',
    '2m 05s',
    '3h 12m',
    '4d 15h',
  ]);
  assert.deepEqual([0, 1023, 1536, 300 << 20].map(byteSize), ['0 B', '1023 B', '1.5 KiB', '300 MiB']);
});

test('colours are for terminals, and not with NO_COLOR', () => {
  const write = (): void => undefined;
  assert.equal(openTerminal({ write, isTTY: true }, {}).paint('red', 'x'), '\u001B[31mx\u001B[39m');
  assert.equal(openTerminal({ write, isTTY: true }, { NO_COLOR: '1' }).paint('red', 'x'), 'x');
  assert.equal(openTerminal({ write }, {}).paint('red', 'x'), 'x');
  assert.equal(openTerminal({ write, isTTY: true }, { TERM: 'dumb' }).isTty, false);
});
