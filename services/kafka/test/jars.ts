/** The jars of a version of Kafka, resolved once by Maven and kept outside of the repository. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KafkaVersion } from '../src/version.ts';

const run = promisify(execFile);

/** Why a real Kafka cannot be run here; undefined when it can. */
export const whyNoKafka = (): string | undefined => {
  for (const [command, flag] of [
    ['java', '-version'],
    ['mvn', '-v'],
  ] as const) {
    try {
      execFileSync(command, [flag], { stdio: 'ignore' });
    } catch {
      return `needs ${command}: install default-jre-headless and maven`;
    }
  }
  return undefined;
};

/** The directory of the jars. */
export const resolveJars = async ({ version, artifact }: KafkaVersion): Promise<string> => {
  const root = join(tmpdir(), `warder-kafka-test-jars.${process.getuid?.() ?? 0}`);
  const target = join(root, version);
  if (existsSync(target)) return target;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const work = await mkdtemp(join(root, 'resolve-'));
  const dependencies = artifact.uri
    .slice('maven:'.length)
    .split(',')
    .map((coordinates) => coordinates.split(':'))
    .map(
      ([g, a, v]) =>
        `<dependency><groupId>${g}</groupId><artifactId>${a}</artifactId><version>${v}</version></dependency>`,
    );
  await writeFile(
    join(work, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>warder</groupId>` +
      `<artifactId>jars</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  const flags = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'];
  await run('mvn', flags, { cwd: work });
  await rename(join(work, 'jars'), target);
  await rm(work, { recursive: true });
  return target;
};

/** As the checksum of a `maven:` artifact is defined: sha256 over the sorted lines `name sha256`. */
export const checksumOf = async (directory: string): Promise<string> => {
  const names = (await readdir(directory)).toSorted();
  const lines = await Promise.all(
    names.map(async (name) => {
      const digest = createHash('sha256').update(await readFile(join(directory, name)));
      return `${name} ${digest.digest('hex')}\n`;
    }),
  );
  return `sha256:${createHash('sha256').update(lines.toSorted().join('')).digest('hex')}`;
};
