/**
 * Commands written for dcos-commons begin with `./bootstrap`, a program that filled in the config templates inside the
 * task and waited for its own name. Here both are done before the task starts. What is left to it are variables that the
 * command itself exports before it calls it: nobody else can know them.
 */
import type { PodSpec, TaskSpec } from '@warder/core';
import type { EngineTask } from '@warder/engine';

/** A file with variables that only the task has, as `{{NAME}}`. */
export type OpenFile = { readonly path: string; readonly names: readonly string[] };

/** The command calls it, and nobody brings another one. */
export const callsBootstrap = ({ cmd, configs }: TaskSpec, { uris }: PodSpec): boolean =>
  /(?:\.|\$\{?MESOS_SANDBOX\}?)\/bootstrap\b/.test(cmd) &&
  !uris.some(({ uri }) => /\/bootstrap(?:\.zip)?$/.test(uri)) &&
  !configs.some(({ dest }) => dest === 'bootstrap');

/** `-get-task-ip` is the one thing that it is asked for an answer to. */
export const bootstrapOf = (open: readonly OpenFile[]): EngineTask['files'][number] => ({
  path: 'bootstrap',
  mode: 0o755,
  content: `#!/bin/sh
case " $* " in
  *-get-task-ip*) echo "$TASK_ADDRESS"; exit 0 ;;
  *-template=false*) exit 0 ;;
esac
${open.length === 0 ? '' : filling(open)}exit 0
`,
});

/** A file that cannot be filled in stays as it was. */
const filling = (open: readonly OpenFile[]): string => `cd "$(dirname "$0")" || exit 1
fill() {
  awk -v names="$2" ${quoted(awk)} "./$1" > "$1.new" && cat "$1.new" > "$1" && rm -f "$1.new" && return
  rm -f "$1.new"
  echo "bootstrap: $1 cannot be filled in" >&2
  exit 1
}
${open.map(({ path, names }) => `fill ${quoted(path)} '${names.join(' ')}'\n`).join('')}`;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Portable, and no value is looked at again: the text goes on behind it. */
const awk = `
BEGIN {
  count = split(names, each, " ")
  for (at = 1; at <= count; at++) {
    wanted["{{" each[at] "}}"] = each[at]
    if (each[at] in ENVIRON) continue
    print ARGV[1] ": " each[at] " has no value" > "/dev/stderr"
    failed = 1
  }
  if (failed) exit 1
}
{
  while (match($0, /[{][{][A-Za-z_][A-Za-z0-9_]*[}][}]/)) {
    tag = substr($0, RSTART, RLENGTH)
    printf "%s%s", substr($0, 1, RSTART - 1), (tag in wanted ? ENVIRON[wanted[tag]] : tag)
    $0 = substr($0, RSTART + RLENGTH)
  }
  print
}
`;
