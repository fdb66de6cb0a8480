/** The versions of ZooKeeper that can be run, and what each is made of. */
import { PackageError, type Artifact } from '@warder/sdk';

/** ZooKeeper leaves these to its distribution: what writes its log, its metrics, and its snapshots. */
const besides: readonly string[] = [
  'ch.qos.logback:logback-classic:1.3.15',
  'io.dropwizard.metrics:metrics-core:4.1.12.1',
  'org.xerial.snappy:snappy-java:1.1.10.5',
];

/** Checksums of the resolved jars: sha256 over the sorted lines `name sha256`. */
const versions: Readonly<Record<string, string>> = {
  '3.9.5': 'sha256:110ef0a628d7acd38f33f1a75397043d72ebfe6a6df9ccb6318f2980a5c0fcb6',
};

/** Throws when the package does not know the version. */
export const artifactOf = (version: string): Artifact => {
  const checksum = versions[version];
  if (checksum === undefined) {
    const offered = Object.keys(versions).join(', ');
    throw new PackageError('zookeeper-version', `ZooKeeper ${version} is not known: choose one of ${offered}`);
  }
  return {
    uri: `maven:${[`org.apache.zookeeper:zookeeper:${version}`, ...besides].join(',')}`,
    dest: 'zookeeper',
    extract: false,
    executable: false,
    checksum,
  };
};
