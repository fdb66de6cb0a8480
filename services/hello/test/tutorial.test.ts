import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the tutorial shows the files as they are', () => {
  const tutorial = read('docs/tutorial.md');
  for (const name of ['package.yml', 'options.json', 'service.yml']) {
    const text = read(`services/hello/${name}`);
    assert.ok(tutorial.includes(`\n${text}\`\`\`\n`), `docs/tutorial.md does not show services/hello/${name} as it is`);
  }
});
