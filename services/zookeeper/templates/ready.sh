# Ready: it answers as a member of a quorum that serves. How far it has come, the gate `in-quorum` says.
exec 3<> "/dev/tcp/{{address}}/$ZOOKEEPER_CLIENT_PORT" || exit 1
printf srvr >&3
grep -Eq '^Mode: (leader|follower|standalone)$' <&3 || {
  echo 'it is in no quorum yet'
  exit 1
}
