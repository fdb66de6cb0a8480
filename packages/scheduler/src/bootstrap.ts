/**
 * Commands written for dcos-commons begin with `./bootstrap`, a program that filled in the config templates inside the
 * task and waited for its own name. Here both are done before the task starts; what is left to do is nothing, but the
 * command must find it.
 */
import type { PodSpec, TaskSpec } from '@warder/core';
import type { EngineTask } from '@warder/engine';

/** Nothing for a task that does not call it, and for a pod that brings its own. */
export const bootstrapOf = ({ cmd, configs }: TaskSpec, { uris }: PodSpec): EngineTask['files'] => {
  const called = /(?:\.|\$\{?MESOS_SANDBOX\}?)\/bootstrap\b/.test(cmd);
  const brought =
    uris.some(({ uri }) => /\/bootstrap(?:\.zip)?$/.test(uri)) || configs.some(({ dest }) => dest === 'bootstrap');
  return called && !brought ? [{ path: 'bootstrap', content: script, mode: 0o755 }] : [];
};

/** `-get-task-ip` is the one thing that it is asked for an answer to. */
const script = `#!/bin/sh
case " $* " in *" -get-task-ip "* | *" --get-task-ip "*) echo "$TASK_ADDRESS" ;; esac
exit 0
`;
