/** One ZooKeeper on loopback, from the jars that Kafka brings along. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaVersion } from '../src/version.ts';
import { withSession } from '../src/zookeeper/session.ts';
import { resolveJars } from './jars.ts';
import { freePort } from './local-cluster.ts';

export class LocalZooKeeper {
  /** `host:port`. */
  readonly connect: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(connect: string, folder: string, child: ChildProcess) {
    this.connect = connect;
    this.#folder = folder;
    this.#process = child;
  }

  /** Resolves when it serves. */
  static async start(): Promise<LocalZooKeeper> {
    const jars = await resolveJars(kafkaVersion('3.9.2'));
    const folder = await mkdtemp(join(tmpdir(), 'warder-zookeeper-test-'));
    const port = await freePort();
    const lines = [
      `dataDir=${folder}/data`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'admin.enableServer=false',
    ];
    await writeFile(join(folder, 'zoo.cfg'), lines.join('\n'));
    const flags = ['-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dzookeeper.jmx.log4j.disable=true'];
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
    const child = spawn('java', [...flags, '-cp', `${jars}/*`, main, join(folder, 'zoo.cfg')], { stdio: 'ignore' });
    const server = new LocalZooKeeper(`127.0.0.1:${port}`, folder, child);
    for (let tries = 0; ; tries += 1) {
      const up = await withSession(server.connect, AbortSignal.timeout(5000), async () => true).catch(() => false);
      if (up) return server;
      if (tries > 100) throw new Error('ZooKeeper does not come up');
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
