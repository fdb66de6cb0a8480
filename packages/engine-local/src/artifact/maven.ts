/** Jars by their Maven coordinates, with everything that they need at run time, through the Maven client. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { EngineError } from '../error.ts';
import { findProgram } from '../host/program.ts';
import type { Transfer } from './source.ts';

type Coordinate = { readonly group: string; readonly artifact: string; readonly version: string };

/** `maven:group:artifact:version[,group:artifact:version...]` */
const parseMaven = (uri: string): readonly Coordinate[] =>
  uri
    .slice('maven:'.length)
    .split(',')
    .map((text) => {
      const parts = text.trim().split(':');
      const [group, artifact, version] = parts;
      const whole = parts.length === 3 && parts.every((part) => /^[A-Za-z0-9_.+-]+$/.test(part));
      if (!whole || group === undefined || artifact === undefined || version === undefined) {
        throw new EngineError(
          'engine-artifact-address',
          `"${text}" in ${uri} is not group:artifact:version`,
          'correct the address',
        );
      }
      return { group, artifact, version };
    });

/** Fills the directory `target` with jars. Maven keeps its own cache and verifies what it fetches. */
export const fetchMaven = async (uri: string, target: string, transfer: Transfer): Promise<void> => {
  const coordinates = parseMaven(uri);
  const mvn = findProgram('mvn');
  if (mvn === undefined) {
    throw new EngineError(
      'engine-no-maven',
      `${uri} needs the Maven client, which is not installed`,
      'apt-get install maven',
    );
  }
  const pom = `${target}.pom.xml`;
  await mkdir(target);
  await writeFile(pom, pomOf(coordinates));
  const begun = Date.now();
  // Maven resolves everything before it copies the first jar: seconds are all there is to tell of for long.
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - begun) / 1_000);
    transfer.progress(`fetching ${short(uri)} with Maven, ${readdirSync(target).length} jars after ${seconds} s`);
  }, 1_000);
  try {
    transfer.progress(`fetching ${short(uri)} with Maven`);
    await runMaven([mvn, ...argumentsOf(pom, target)], uri, transfer.signal);
  } finally {
    clearInterval(timer);
    await rm(pom, { force: true });
  }
};

const argumentsOf = (pom: string, target: string): readonly string[] => [
  '-q',
  '-B',
  '--strict-checksums',
  '-f',
  pom,
  'dependency:copy-dependencies',
  '-DincludeScope=runtime',
  `-DoutputDirectory=${target}`,
];

const short = (uri: string): string => (uri.length <= 100 ? uri : `${uri.slice(0, 97)}...`);

const pomOf = (coordinates: readonly Coordinate[]): string => {
  const dependencies = coordinates.map(
    ({ group, artifact, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>warder</groupId><artifactId>artifacts</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependencies.join('\n')}
</dependencies>
</project>
`;
};

const runMaven = (command: readonly string[], uri: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const line = output.split('\n').find((each) => each.includes('ERROR')) ?? `mvn ended with code ${code}`;
      reject(
        new EngineError(
          'engine-artifact-failed',
          `${short(uri)}: ${line.replace(/^.*ERROR\S*\s*/, '')}`,
          'check the coordinates and the network',
        ),
      );
    });
  });
