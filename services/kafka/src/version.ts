/** The versions of Kafka that can be run, and what each is made of. */
import { PackageError, type Artifact } from '@warder/sdk';

export type KafkaVersion = {
  readonly version: string;
  readonly line: KafkaLine;
  readonly artifact: Artifact;
};

/** Lines differ in their properties and in how they log. */
export type KafkaLine = '2.8' | '3.9' | '4';

/** Kafka itself comes without a logging backend. */
const backends: Readonly<Record<KafkaLine, readonly string[]>> = {
  '2.8': ['org.slf4j:slf4j-reload4j:1.7.36', 'ch.qos.reload4j:reload4j:1.2.25'],
  '3.9': ['org.slf4j:slf4j-reload4j:1.7.36', 'ch.qos.reload4j:reload4j:1.2.25'],
  '4': [
    'org.apache.logging.log4j:log4j-slf4j-impl:2.25.3',
    'org.apache.logging.log4j:log4j-1.2-api:2.25.3',
    'org.apache.logging.log4j:log4j-core:2.25.3',
  ],
};

/**
 * Checksums of the resolved jars: sha256 over the sorted lines `name sha256`. Computed from what
 * `mvn dependency:copy-dependencies -DincludeScope=runtime` resolves.
 */
const versions: Readonly<Record<string, { readonly line: KafkaLine; readonly checksum: string }>> = {
  '4.4.0': { line: '4', checksum: 'sha256:96e4cc4836a8e9be9f92c91575c05a15776cc90c2b9c42499b7ec9c5fe0ad2ec' },
  '4.3.1': { line: '4', checksum: 'sha256:e92a276b27101750154b5264347eb37db7a3e66e9895c337138ea71507dc6267' },
  '3.9.2': { line: '3.9', checksum: 'sha256:5a1bc32a40da088b3150b0bccd9b9dff99d2dcb61faf74fd1a2f03919d803df7' },
  '2.8.2': { line: '2.8', checksum: 'sha256:b34a673219ec65d08a310b9d0cec5240e7251185d0f5550e844d6cdc71493651' },
};

/** Throws when the package does not know the version. */
export const kafkaVersion = (version: string): KafkaVersion => {
  const known = versions[version];
  if (known === undefined) {
    const offered = Object.keys(versions).join(', ');
    throw new PackageError('kafka-version', `Kafka ${version} is not known to this package: choose one of ${offered}`);
  }
  const coordinates = [`org.apache.kafka:kafka_2.13:${version}`, ...backends[known.line]];
  return {
    version,
    line: known.line,
    artifact: {
      uri: `maven:${coordinates.join(',')}`,
      dest: 'kafka',
      extract: false,
      executable: false,
      checksum: known.checksum,
    },
  };
};
