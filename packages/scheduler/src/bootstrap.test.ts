import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { bootstrapOf } from './bootstrap.ts';
import type { OpenFile } from './bootstrap.ts';

const inFolder = (then: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-bootstrap-'));
  try {
    then(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const run = (folder: string, open: readonly OpenFile[], env: Record<string, string>, ...args: readonly string[]) => {
  const program = join(folder, 'bootstrap');
  writeFileSync(program, bootstrapOf(open).content, { mode: 0o755 });
  const path = process.env['PATH'] ?? '';
  return spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: path, TASK_ADDRESS: '10.0.0.9', ...env },
  });
};

test('it answers with the address of the task, and succeeds where there is nothing to do', () => {
  inFolder((folder) => {
    assert.equal(run(folder, [], {}, '--get-task-ip').stdout, '10.0.0.9\n');
    assert.equal(run(folder, [], {}, '-verbose', '-resolve=false').status, 0);
  });
});

test('what only the task knows is filled in when it is called, and nothing else', () => {
  inFolder((folder) => {
    const file = join(folder, "a 'b'.conf");
    const open = [{ path: "a 'b'.conf", names: ['LISTENERS', 'NONE'] }];
    const template = 'l={{LISTENERS}},{{LISTENERS}};{{OTHER}} {{\nnone=[{{NONE}}]\n\n';
    writeFileSync(file, template);
    run(folder, open, { LISTENERS: 'x' }, '-get-task-ip');
    run(folder, open, { LISTENERS: 'x' }, '-template=false');
    assert.equal(readFileSync(file, 'utf8'), template, 'it was asked for something else');
    const ran = run(folder, open, { LISTENERS: String.raw`a&b\n{{NONE}}`, NONE: '' });
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(
      readFileSync(file, 'utf8'),
      `l=${String.raw`a&b\n{{NONE}}`},${String.raw`a&b\n{{NONE}}`};{{OTHER}} {{\nnone=[]\n\n`,
    );
  });
});

test('what the task does not know either ends it, with the name, and the file is as it was', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'a.conf'), '{{LISTENERS}}\n');
    const ran = run(folder, [{ path: 'a.conf', names: ['LISTENERS'] }], {});
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /a\.conf: LISTENERS has no value/);
    assert.equal(readFileSync(join(folder, 'a.conf'), 'utf8'), '{{LISTENERS}}\n');
  });
});
