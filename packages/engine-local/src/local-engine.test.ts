/** The conformance suite on this machine: in jails where they can be made, and as plain processes anywhere. */
import { join } from 'node:path';
import { test } from 'node:test';
import { engineSuite } from '@warder/engine/suite';
import { probeJail } from './host/probe.ts';
import { openCluster } from './testing.ts';

const host = await probeJail();

/** Beside the folders of the engine, as somebody might have mounted it. */
const diskOf = (home: string): string => join(home, 'disk');

if (host.runtime === undefined) {
  test('the conformance suite in jails', (t) => t.skip('needs Linux, root and runc or crun'));
} else {
  engineSuite({ name: `local, jails (${host.runtime.kind})`, open: () => openCluster({ diskOf }) });
}

engineSuite({
  name: 'local, processes',
  open: () => openCluster({ isolation: 'process', diskOf }),
  skip: {
    'a user that the agent does not have is refused': 'tasks run as the user of the engine, whatever they name',
  },
});
