/** What a person can do after an error of a route. */
export const nextAfter = (code: string, service: string): string => {
  const command = (words: string): string => `warder ${service} ${words}`;
  switch (code) {
    case 'topic-unknown':
      return `see the topics: ${command('topic list')}`;
    case 'topic-exists':
      return `choose another name; those taken: ${command('topic list')}`;
    case 'topic-deletion-off':
      return `allow it first: warder package update ${service} --set kafka.delete_topic_enable=true`;
    case 'group-unknown':
      return `see the groups: ${command('group list')}`;
    case 'group-busy':
      return `stop its members, or wait until they are gone: ${command('group describe <group>')}`;
    case 'broker-config':
      return `see what is set: ${command('broker config list')}`;
    case 'quota-unknown':
      return `see the quotas: ${command('quota list')}`;
    case 'disk-refused':
      return `see the log dirs: ${command('disk list')}`;
    case 'rebalance-refused':
    case 'replace-refused':
    case 'decommission-refused':
      return `do what is named, then ask again; what is under way: ${command('plan list')}`;
    case 'throttle-none':
      return `see what is under way: ${command('plan list')}`;
    case 'broker-unknown':
      return `see the brokers: ${command('broker list')}`;
    case 'kafka-unreachable':
    case 'kafka-unavailable':
    case 'kafka-timeout':
      return `see how the brokers are (${command('pod status')}), then try again`;
    case 'kafka-write-failed':
    case 'kafka-error':
      return `see what Kafka lacks: ${command('topic under-replicated')}, ${command('debug why')}`;
    default:
      return `see how it is called: ${command('topic --help')}`;
  }
};
