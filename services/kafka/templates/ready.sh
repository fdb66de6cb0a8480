# Ready to be asked: the port takes connections. What the instance is worth to the cluster, the gate `in-sync` says.
exec 3<> "/dev/tcp/{{address}}/${KAFKA_CLIENT_PORT:-$KAFKA_QUORUM_PORT}"
