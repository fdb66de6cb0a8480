/** Stand-ins for what the Kafka package of DC/OS fetches: small programs that do what its command looks for. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '2.12-2.4.0';

const server = `#!/bin/sh
home=$(dirname "$0")/..
mkdir -p "$home/logs"
echo "INFO [KafkaServer id=$POD_INSTANCE_INDEX] started (kafka.server.KafkaServer)" >> "$home/logs/server.log"
exec sleep 1000
`;

const setupHelper = `#!/bin/sh
for name in advertised.listeners listeners security.inter.broker.protocol super.users; do
  echo "$name=PLAINTEXT://$MESOS_CONTAINER_IP:$KAFKA_BROKER_PORT" > "$name"
done
`;

/** Makes them in a folder; the settings with which the package, as it is, takes them from there. */
export function kafkaHere(folder: string): readonly string[] {
  const archive = (name: string, files: Readonly<Record<string, string>>): string => {
    const from = join(folder, 'unpacked', name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(from, path, '..'), { recursive: true });
      writeFileSync(join(from, path), text, { mode: 0o755 });
    }
    execFileSync('tar', ['-czf', join(folder, `${name}.tgz`), '-C', from, '.']);
    return `${name}.tgz`;
  };
  const plain = (name: string): string => {
    writeFileSync(join(folder, name), name);
    return name;
  };
  mkdirSync(folder, { recursive: true });
  const top = `kafka_${VERSION}`;
  const assets = {
    'kafka-tgz': archive('kafka', {
      [`${top}/bin/kafka-server-start.sh`]: server,
      [`${top}/libs/zookeeper-3.jar`]: '',
    }),
    'kafka-jre-tar-gz': archive('jre', { 'jdk1/release': '' }),
    'setup-helper-zip': archive('setup-helper', { 'setup-helper': setupHelper }),
    'libmesos-bundle-tar-gz': archive('libmesos', { 'libmesos-bundle/none': '' }),
    'kafka-statsd-jar': plain('kafka-statsd-metrics2-0.5.3.jar'),
    'statsd-client-jar': plain('java-dogstatsd-client-2.3.jar'),
    'zookeeper-client-jar': plain('zookeeper-3.4.13.jar'),
    'custom-kafka-principal-jar': plain('kafka-custom-principal-builder-1.0.0.jar'),
    netcat: plain('nc64'),
  };
  return [
    `kafka-version=${VERSION}`,
    'service.readiness_check.interval=5',
    // What the code of the package added.
    'warder.env.TASKCFG_ALL_KAFKA_ZOOKEEPER_URI=127.0.0.1:2181',
    // Where the agents of DC/OS gathered metrics.
    'warder.env.TASKCFG_ALL_STATSD_UDP_HOST=127.0.0.1',
    'warder.env.TASKCFG_ALL_STATSD_UDP_PORT=8125',
    ...Object.entries(assets).map(([name, file]) => `resource.assets.uris.${name}=file://${join(folder, file)}`),
  ];
}
