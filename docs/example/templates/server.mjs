// One node of the journal: lines in a file, over HTTP. It knows nothing of the others; the package's code does.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const file = 'data/lines.json';
let lines = [];
try {
  if (existsSync(file)) lines = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  // The package's code sees the 3, and gives this node a copy of another one's lines.
  renameSync(file, 'data/lines.corrupt');
  process.exit(3);
}

const keep = (next) => {
  lines = next;
  writeFileSync('data/lines.new', JSON.stringify(lines));
  renameSync('data/lines.new', file);
};

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.method === 'PUT') keep(JSON.parse(Buffer.concat(chunks).toString()));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(lines));
}).listen(Number(process.env.JOURNAL_PORT), process.env.TASK_ADDRESS);
