#!/bin/sh
# Finishes the configuration with what only this instance can know, prepares its storage once, and becomes the JVM.
set -eu
umask 077

fail() {
  echo "kafka: $1" >&2
  exit 1
}

command -v java > /dev/null || fail 'there is no java on this agent: install a Java 17 runtime (or newer) there'

clients="PLAINTEXT://{{address}}:${KAFKA_CLIENT_PORT:-}"
id={{POD_INSTANCE_INDEX}} roles=broker listeners=$clients advertised=$clients
{{#KAFKA_VOTERS}}
. ./voters.sh
voters=${voters#,}
[ "$(echo "$voters" | tr ',' '\n' | wc -l)" -eq {{KAFKA_VOTERS}} ] ||
  fail "only these of the {{KAFKA_VOTERS}} controllers have a place: $voters"

quorum="CONTROLLER://{{address}}:${KAFKA_QUORUM_PORT:-}"
if [ "{{KAFKA_ROLE}}" = controller ]; then
  id=100{{POD_INSTANCE_INDEX}} roles=controller listeners=$quorum advertised=
elif [ "{{KAFKA_COMBINED}}" = true ] && [ {{POD_INSTANCE_INDEX}} -lt {{KAFKA_VOTERS}} ]; then
  roles=broker,controller listeners=$clients,$quorum
fi
{{/KAFKA_VOTERS}}
{{#KAFKA_ZOOKEEPER}}
# Controllers speak with it, too, while the metadata moves to them.
[ "$roles" = controller ] || roles=zookeeper
{{/KAFKA_ZOOKEEPER}}

storage=kafka-data/storage
{{#KAFKA_DISKS}}
others=$(seq $((KAFKA_DISKS - 1)) | sed 's|.*|kafka-data-&/storage|')
{{/KAFKA_DISKS}}
{
  cat kafka.properties
  if [ "$roles" = zookeeper ]; then
    echo "broker.id=$id"
  else
    echo "process.roles=$roles"
    echo "node.id=$id"
  fi
  {{#KAFKA_VOTERS}}
  echo "controller.quorum.voters=$voters"
  {{/KAFKA_VOTERS}}
  {{#KAFKA_ZOOKEEPER}}
  echo "zookeeper.connect={{KAFKA_ZOOKEEPER}}"
  {{#KAFKA_VOTERS}}
  echo zookeeper.metadata.migration.enable=true
  {{/KAFKA_VOTERS}}
  {{/KAFKA_ZOOKEEPER}}
  echo "listeners=$listeners"
  [ -z "$advertised" ] || echo "advertised.listeners=$advertised"
  {{#KAFKA_DISKS}}
  echo "metadata.log.dir=$storage"
  {{/KAFKA_DISKS}}
  echo "log.dirs=$storage{{#KAFKA_DISKS}}$(printf ',%s' $others){{/KAFKA_DISKS}}"
  # Replicas of one partition are kept in different racks, so that a whole rack can be away at once.
  [ -z "${ZONE:-}" ] || grep -q '^broker.rack=' kafka.properties || echo "broker.rack=$ZONE"
} > server.properties

# An interrupted start may leave an unfinished file: only the complete one has the final name.
{{#KAFKA_DISKS}}
for storage in $others "$storage"; do
# Kafka does without a disk that has failed, unless it is the first: that has the metadata.
if [ "$storage" != kafka-data/storage ] && ! { mkdir -p "$storage" && [ -w "$storage" ]; }; then
  echo "kafka: nothing can be written to $storage: the broker starts without it" >&2
  continue
fi
{{/KAFKA_DISKS}}
meta=$storage/meta.properties
mkdir -p "$storage" tmp
if [ -f "$meta" ]; then
  grep -qx "cluster.id={{KAFKA_CLUSTER_ID}}" "$meta" ||
    fail "the volume belongs to another cluster ($(grep '^cluster.id=' "$meta")), not to {{KAFKA_CLUSTER_ID}}"
  grep -Eqx "(node|broker)\.id=$id" "$meta" ||
    fail "the volume belongs to another node ($(grep -E '^(node|broker)\.id=' "$meta")), not to $id"
elif [ "$roles" = zookeeper ]; then
  : # The broker writes it, with the id of the cluster that the chroot has.
elif [ "$roles" = broker ]; then
  {
    echo version=1
    echo "cluster.id={{KAFKA_CLUSTER_ID}}"
    echo "node.id=$id"
    echo "directory.id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')"
  } > "$meta.new"
  sync "$meta.new"
  mv "$meta.new" "$meta"
else
  # shellcheck disable=SC2086
  java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 $KAFKA_LOGGING -cp 'kafka/*' \
    kafka.tools.StorageTool format --ignore-formatted --cluster-id={{KAFKA_CLUSTER_ID}} --config server.properties
fi
{{#KAFKA_DISKS}}
done
{{/KAFKA_DISKS}}
{{^KAFKA_VOTERS}}
# What it knew of controllers that are gone would keep it from following others later.
rm -rf "$storage/__cluster_metadata-0"
{{/KAFKA_VOTERS}}

# shellcheck disable=SC2086
exec java $KAFKA_JVM $KAFKA_LOGGING -Djava.io.tmpdir="$PWD/tmp" -cp 'kafka/*' kafka.Kafka server.properties
