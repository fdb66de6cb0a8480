#!/bin/sh
# Finishes the configuration with who belongs to the ensemble, prepares the storage once, and becomes the JVM.
set -eu
umask 077

fail() {
  echo "zookeeper: $1" >&2
  exit 1
}

command -v java > /dev/null || fail 'there is no java on this agent: install a Java 17 runtime (or newer) there'

id=$(({{POD_INSTANCE_INDEX}} + 1))
data=zookeeper-data/data
mkdir -p "$data" tmp

if [ -f "$data/myid" ]; then
  grep -qx "$id" "$data/myid" || fail "the volume belongs to another member ($(cat "$data/myid")), not to $id"
else
  # An interrupted start may leave an unfinished file: only the complete one has the final name.
  echo "$id" > "$data/myid.new"
  sync "$data/myid.new"
  mv "$data/myid.new" "$data/myid"
fi

# All members have their places before the first of them starts.
members=0
{{#peers.server}}
echo "server.$(({{index}} + 1))={{address}}:{{ports.quorum}}:{{ports.election}}" >> zoo.cfg
members=$((members + 1))
{{/peers.server}}
[ "$members" -eq {{ZOOKEEPER_MEMBERS}} ] || fail "only $members of the {{ZOOKEEPER_MEMBERS}} members have a place"

# shellcheck disable=SC2086
exec java $ZOOKEEPER_JVM -Dlogback.configurationFile=./logback.xml -Djava.io.tmpdir="$PWD/tmp" -cp 'zookeeper/*' \
  org.apache.zookeeper.server.quorum.QuorumPeerMain ./zoo.cfg
