# Ready: it answers as a member of a quorum that serves. How far it has come, the gate `in-quorum` says.
exec 3<> "/dev/tcp/{{address}}/$ZOOKEEPER_CLIENT_PORT"
printf srvr >&3
grep -Eq '^Mode: (leader|follower|standalone)$' <&3
