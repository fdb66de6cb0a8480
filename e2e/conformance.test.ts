/** Every spec that dcos-commons gave, on the real local engine: installed, deployed, lived with, and gone without a trace. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fixtureAsItIs, fixtures, fixturesHere, helloworld, helloworldHere, noGiven, specs } from './given.ts';
import { createHome, until } from './home.ts';
import type { Home } from './home.ts';
import { leftOf } from './jail.ts';
import { kafkaHere } from './kafka-package.ts';
import { serviceOf } from './service.ts';
import type { Service } from './service.ts';
import { needs } from './skip.ts';

const skip = noGiven || needs('root', 'runc', 'ip');

/** More room than this machine has: what is declared is a weight, and all of them sleep. */
const AGENTS = 8;
const agents = [
  ...Array.from({ length: AGENTS }, (_, at) => `{ name: agent-${at}, attributes: { zone: zone-${at % 4} }`),
  '{ name: reserved, role: base-role',
].map((start) => `  - ${start}, cpus: 16, memory: 8000, disk: 30000 }\n`);

type Life = (service: Service) => Promise<unknown>;

const deployed: Life = (service) => service.reaches('deploy', 'COMPLETE', 120_000);

const running = async (service: Service): Promise<readonly string[]> =>
  (await service.tasks()).flatMap(({ name, state }) => (state === 'RUNNING' ? [name] : [])).toSorted();

const messageOf = async (service: Service, plan: string): Promise<string> =>
  (await service.plan(plan)).phases.flatMap(({ steps }) => steps.map(({ message }) => message)).join('; ');

const idsOf = async (service: Service): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await service.tasks()).map(({ name, id }) => [name, id]));

/** Let the secrets of a service be there, once it has said that it waits for them. */
const given =
  (home: Home, ...paths: readonly string[]): Life =>
  async (service) => {
    await until('it waits for its secrets', async () =>
      paths.some((path) => true && path !== '') && /secret/.test(await messageOf(service, 'deploy')) ? true : undefined,
    );
    const file = join(home.path, `value-${paths[0]?.replaceAll('/', '-')}`);
    writeFileSync(file, 'a value', { mode: 0o600 });
    for (const path of paths) await home.ok('secret', 'put', path, '--file', file);
    rmSync(file);
    await deployed(service);
  };
