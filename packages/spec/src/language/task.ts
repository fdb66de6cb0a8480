import { list, object, optional, record, required } from '../shape/collection.ts';
import { choice, flag, number, text, textOrNothing, wholeNumber } from '../shape/scalar.ts';
import { labels } from './label.ts';
import { destPath } from './file-path.ts';
import { taskIsolation, transportEncryption } from './isolation.ts';
import { nameFormat } from './name.ts';
import { resources } from './resource.ts';

const seconds = { min: 0 };
const someSeconds = { above: 0 };

const readinessCheck = object({
  cmd: required(text(), 'The shell command that succeeds when the task is ready.'),
  interval: required(number(someSeconds), 'Seconds between two tries.'),
  timeout: required(number(someSeconds), 'Seconds that one try may take.'),
  delay: optional(number(seconds), 'Seconds to wait before the first try.'),
});

const healthCheck = object({
  cmd: required(text(), 'The shell command that succeeds while the task is healthy.'),
  interval: required(number(someSeconds), 'Seconds between two tries.'),
  'grace-period': required(number(seconds), 'Seconds from the start in which failures do not count.'),
  'max-consecutive-failures': required(wholeNumber({ min: 1 }), 'Failures in a row that kill the task.'),
  timeout: required(number(someSeconds), 'Seconds that one try may take.'),
  delay: optional(number(seconds), 'Seconds to wait before the first try.'),
});

const config = object({
  template: required(text(), 'The mustache template: a file beside this one or in templates/.'),
  dest: required(destPath, 'The rendered file, seen from the working directory of the task.'),
});

const discovery = object({
  prefix: required(text(nameFormat), 'Another name of the task: `<prefix>-<index>`.'),
  visibility: optional(
    choice(['FRAMEWORK', 'CLUSTER', 'EXTERNAL'], { ignoreCase: true }),
    'Who may find it; CLUSTER if absent.',
  ),
});

const live = object({
  procedure: required(text(), "The procedure of the package's code that applies changed values."),
  values: required(record(textOrNothing(), { what: 'value' }), 'Values that change without a restart.'),
});

const goal = choice(['RUNNING', 'ONCE', 'FINISH'], {
  ignoreCase: true,
  refused: {
    FINISHED: {
      code: 'out-of-range',
      message: 'the goal `FINISHED` no longer exists',
      next: 'write ONCE (run to success once per instance) or FINISH (once per configuration)',
    },
  },
});

/** Two weeks. */
const graceMax = 1_209_600;

export const task = object({
  goal: required(goal, 'RUNNING: kept alive. ONCE: run to success once. FINISH: once per configuration.'),
  cmd: required(text(), 'The shell command line; `exec` the real process so that signals reach it.'),
  essential: optional(flag(), 'Its failure relaunches the whole instance (default), or only itself.'),
  env: optional(record(textOrNothing(), { what: 'variable' }), 'Environment variables.'),
  configs: optional(record(config, { what: 'config' }), 'Files rendered just before the launch.'),
  'resource-set': optional(text(), 'A resource set of the pod; instead of cpus, memory, ports and volumes here.'),
  ...resources,
  'health-check': optional(healthCheck, 'Kills the task when it fails too often.'),
  'readiness-check': optional(readinessCheck, 'A step waits for it; it never kills.'),
  'kill-grace-period': optional(
    number({ min: 0, max: graceMax }),
    'Seconds from the polite signal to the hard one; 0 if absent.',
  ),
  labels: optional(labels, 'Labels as `key:value,key2:value2`.'),
  discovery: optional(discovery, 'Another name of the task.'),
  'transport-encryption': optional(transportEncryption, 'Certificates that are put into the working directory.'),
  ...taskIsolation,
  live: optional(live, 'Values that the task takes while it runs.'),
});

export const gates = object({
  stop: optional(list(text()), 'Gates before a running instance is stopped.'),
  replace: optional(list(text()), 'Gates before its volumes are destroyed to start it empty elsewhere.'),
  start: optional(list(text()), 'Gates after the launch, before its step is complete.'),
});
