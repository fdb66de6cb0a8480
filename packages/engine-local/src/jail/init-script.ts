/** Where a jail has it. */
export const initInJail = '/run/warder-init';

/**
 * The first shell of a task, in its jail: `sh /run/warder-init <command line>`. The polite signal goes to every
 * process of the task, this one included; a shell in between that dies of it must not take the real process with it,
 * so this one waits until the others are gone (the engine ends that with KILL after the grace time). When the command
 * ends by itself, whatever it left behind ends with it.
 *
 * The command runs in the foreground: a shell lets its background children ignore INT and QUIT, and Java would obey.
 */
export const initScript = `
ending=
trap 'ending=yes' HUP INT TERM
/bin/sh -c "$1"
code=$?
# Sets groups: what control groups a process is in. No subshell: that would be a process itself.
groups_of() {
  groups=
  while read -r line; do groups="$groups $line"; done <"$1/cgroup"
}
groups_of /proc/$$
mine=$groups
others() {
  for each in /proc/[0-9]*; do
    case $each in /proc/1 | /proc/$$ | /proc/$PPID) continue ;; esac
    { read -r stat <"$each/stat"; } 2>/dev/null || continue
    case "\${stat##*) }" in Z*) continue ;; esac
    # Where the processes of other tasks are seen, they are not waited for.
    { groups_of "$each"; } 2>/dev/null || continue
    [ "$groups" = "$mine" ] && return 0
  done
  return 1
}
if [ -n "$ending" ]; then while others; do sleep 0.05; done; fi
exit $code
`;
