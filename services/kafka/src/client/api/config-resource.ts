/** What has configuration. A broker resource with the name `''` is the default of all brokers. */
export type ConfigResource = { readonly type: 'topic' | 'broker'; readonly name: string };

export const resourceCode = (resource: ConfigResource): number => (resource.type === 'topic' ? 2 : 4);
