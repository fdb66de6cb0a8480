# Who votes: the controllers. Ids of their own, so that a broker's id is its index.
voters=
{{#peers.controller}}
voters="$voters,100{{index}}@{{address}}:{{ports.quorum}}"
{{/peers.controller}}
