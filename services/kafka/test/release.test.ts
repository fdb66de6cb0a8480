/** The table of releases, compared with what Kafka's own tool says of each. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { releaseOf } from '../src/upgrade/release.ts';
import { kafkaVersion } from '../src/version.ts';
import { resolveJars, whyNoKafka } from './jars.ts';

test('the levels of each release are those that Kafka itself gives it', { skip: whyNoKafka() ?? false }, async () => {
  const jars = await resolveJars(kafkaVersion('4.4.0'));
  for (const release of ['3.9', '4.0', '4.1', '4.2', '4.3', '4.4']) {
    const tool = ['kafka.tools.StorageTool', 'version-mapping', '--release-version', release];
    const flags = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`];
    const { stdout } = await promisify(execFile)('java', [...flags, ...tool]);
    const told = [...stdout.matchAll(/^([a-z.]+)=(\d+)/gm)].map(
      ([, name = '', level]) => [name, Number(level)] as const,
    );
    const raised = told.filter(([name, level]) => name !== 'kraft.version' && level > 0);
    assert.deepEqual(releaseOf(`${release}.0`).levels, Object.fromEntries(raised), release);
  }
});
