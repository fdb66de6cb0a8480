# Who votes: the first brokers.
voters=
{{#peers.broker}}
[ {{index}} -ge {{KAFKA_VOTERS}} ] || voters="$voters,{{index}}@{{address}}:{{ports.quorum}}"
{{/peers.broker}}
