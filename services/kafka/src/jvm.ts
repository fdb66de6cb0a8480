/** How a JVM is started for Kafka. */
import { PackageError } from '@warder/sdk';
import type { KafkaLine } from './version.ts';

export type JvmSize = { readonly heap: number; readonly memory: number; readonly jvm_options: string };

/** What a JVM of Kafka needs besides its heap: code, classes, threads, buffers. */
const outsideHeapMiB = { broker: 192, controller: 128 } as const;

/** Below this heap the parallel work of G1 costs more than its short pauses are worth. */
const smallHeapMiB = 1024;

/** Throws a PackageError when the heap leaves too little of the memory. */
export const jvmFlags = (pod: 'broker' | 'controller', size: JvmSize): string => {
  const outside = outsideHeapMiB[pod];
  if (size.heap + outside > size.memory) {
    const need = `a heap of ${size.heap} MiB needs at least ${size.heap + outside} MiB of memory`;
    throw new PackageError('kafka-heap', `${pod}s.memory is ${size.memory}: ${need}; raise it or lower ${pod}s.heap`);
  }
  const collector = /-XX:\+Use\w+GC\b/.test(size.jvm_options)
    ? []
    : size.heap < smallHeapMiB
      ? ['-XX:+UseSerialGC']
      : ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:InitiatingHeapOccupancyPercent=35'];
  return [
    '-server',
    `-Xms${size.heap}m`,
    `-Xmx${size.heap}m`,
    ...collector,
    '-XX:+ExplicitGCInvokesConcurrent',
    // A process that runs on after it ran out of memory serves no one; a restarted one does.
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
    size.jvm_options,
  ]
    .filter((flag) => flag !== '')
    .join(' ');
};

export const loggingFlags = (line: KafkaLine): string =>
  line === '4' ? '-Dlog4j2.configurationFile=log4j2.properties' : '-Dlog4j.configuration=file:log4j.properties';

/** The logging template of the other line. */
export const otherLogging = (line: KafkaLine): string => (line === '4' ? 'log4j.properties' : 'log4j2.properties');
