/**
 * The parent of a task. It outlives the engine, holds nothing but the task's exit status, and keeps that on disk:
 * only a parent is told how a process ended. A shell, because it is there, and small (1.7 MiB).
 */
import { quote } from '../host/program.ts';

/** Both kinds begin the same way: one shim for each task, and a note of which process it is. */
const prologue = (directory: string, boot: string): string => `#!/bin/sh
cd ${quote(directory)} || exit 1
umask 022
mkdir started 2>/dev/null || exit 0
trap : HUP INT TERM
start_of() {
  if { read -r stat <"/proc/$1/stat"; } 2>/dev/null; then
    set -- \${stat##*) }
    echo "\${20}"
  else
    ps -o lstart= -p "$1" | tr -s ' ' _
  fi
}
echo "$$ $(start_of $$) ${boot}" >started/shim.new
mv started/shim.new started/shim
`;

/** The exit record is there whole or not at all. */
const epilogue = `
sync exit.new 2>/dev/null || sync
mv exit.new exit.json
sync . 2>/dev/null || sync
`;

export type JailShim = {
  readonly directory: string;
  readonly boot: string;
  readonly run: readonly string[];
  readonly remove: readonly string[];
  readonly cgroup: string;
  readonly oomFile: string;
};

/**
 * The runtime's own process may be killed while the task lives: then its status means nothing, and nothing is
 * recorded before the first process of the task is gone. The counter of kills is read before the group is removed.
 */
export const jailShim = (shim: JailShim): string => `${prologue(shim.directory, shim.boot)}
${shim.run.map(quote).join(' ')} </dev/null >>log/stdout 2>>log/stderr
code=$?
started=false unknown=false pid=
[ -s init.pid ] && { started=true; read -r pid <init.pid || :; }
alive() {
  [ -n "$pid" ] || return 1
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  case "\${stat##*) }" in Z*) return 1 ;; esac
  grep -qF ${quote(shim.cgroup)} "/proc/$pid/cgroup" 2>/dev/null
}
while alive; do unknown=true; sleep 0.2; done
kills=0
{ while read -r key value; do [ "$key" = oom_kill ] && kills=$value; done <${quote(shim.oomFile)}; } 2>/dev/null
echo '{"by":"shim","code":'$code',"started":'$started',"unknown":'$unknown',"oomKills":'$kills'}' >exit.new
${shim.remove.map(quote).join(' ')} >/dev/null 2>&1
${epilogue}`;

export type ProcessShim = {
  readonly directory: string;
  readonly boot: string;
  /** Lines like `ulimit -n 1000`. */
  readonly limits: readonly string[];
  readonly command: string;
};

/** Without a jail the shim's session stands for it: what is left of it ends with the command. */
export const processShim = (shim: ProcessShim): string => `${prologue(shim.directory, shim.boot)}
# Sets left. No subshell: that would be a member itself.
members() {
  left=
  if [ -r /proc/self/stat ]; then
    for each in /proc/[0-9]*; do
      { read -r stat <"$each/stat"; } 2>/dev/null || continue
      set -- \${stat##*) }
      [ "$4" = $$ ] && [ "$1" != Z ] && [ "$each" != "/proc/$$" ] && left="$left \${each#/proc/}"
    done
  else
    ps -A -o pid= -o pgid= >members
    while read -r pid group; do
      [ "$group" = $$ ] && [ "$pid" != $$ ] && kill -0 "$pid" 2>/dev/null && left="$left $pid"
    done <members
  fi
}
(
  ${shim.limits.join('\n  ')}
  cd sandbox && exec /bin/sh -c 'echo $$ >../init.pid && exec /bin/sh -c "$1"' task ${quote(shim.command)}
) </dev/null >>log/stdout 2>>log/stderr
code=$?
members
if [ -e kill.json ]; then while [ -n "$left" ]; do sleep 0.05; members; done; fi
for pid in $left; do kill -KILL "$pid" 2>/dev/null; done
echo '{"by":"shim","code":'$code',"started":true,"unknown":false,"oomKills":0}' >exit.new
${epilogue}`;
