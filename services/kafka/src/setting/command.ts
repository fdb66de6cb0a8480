/** `warder kafka broker config ...`. */
import type { CommandInput, PackageCommand } from '@warder/sdk';
import type { Done } from '../route/topic.ts';
import { table } from '../table.ts';
import type { Setting } from './judge.ts';
import type { Settings } from './route.ts';

const done = (answer: unknown): string => (answer as Done).message;

const onlyBroker = { flags: '--broker <id>', summary: 'for this broker alone; else for all of them' };

const brokerOf = ({ options }: CommandInput): { readonly broker?: string } =>
  typeof options['broker'] === 'string' ? { broker: options['broker'] } : {};

const list: PackageCommand = {
  path: ['broker', 'config', 'list'],
  summary: 'what was set while brokers run, and what it hides; of one broker all that is set',
  args: [{ name: 'id', summary: 'of this broker all that is set', optional: true }],
  options: [{ flags: '--all', summary: 'the defaults as well' }],
  request: ({ args: [id], options }) => ({
    method: 'GET',
    path: '/broker-config',
    query: { ...(id === undefined ? {} : { broker: id }), ...(options['all'] === true ? { all: 'true' } : {}) },
  }),
  render: (answer) => {
    const { settings, brokers, silent } = answer as Settings;
    const who = (ids: readonly number[]): string => (ids.length === brokers.length ? 'all' : ids.join(','));
    const rows = settings.map((each) => [
      brokers.length === 1 ? String(brokers[0]) : who(each.brokers),
      each.key,
      valueOf(each),
      each.from,
      each.hides.map(({ value, from }) => `${value ?? 'none'} (${from})`).join(', '),
    ]);
    const lines = [
      rows.length === 0
        ? 'nothing was set while the brokers run'
        : table(['broker', 'setting', 'value', 'from', 'hides'], rows),
    ];
    for (const { warning, brokers: ids } of settings) {
      if (warning !== null) lines.push(`warning: broker ${ids.join(', ')}: ${warning}`);
    }
    for (const { broker, why } of silent) lines.push(`the settings of broker ${broker} are missing: ${why}`);
    return lines.join('\n');
  },
};

const valueOf = ({ value, secret }: Setting): string => (secret ? '(secret)' : (value ?? 'none'));

const set: PackageCommand = {
  path: ['broker', 'config', 'set'],
  summary: 'set something while brokers run that no option of the package decides',
  args: [{ name: 'key=value', summary: 'the setting' }],
  options: [onlyBroker],
  request: (input) => ({
    method: 'PUT',
    path: '/broker-config',
    query: { value: input.args[0] ?? '', ...brokerOf(input) },
  }),
  render: done,
};

const unset: PackageCommand = {
  path: ['broker', 'config', 'unset'],
  summary: 'take away what was set while brokers run',
  args: [{ name: 'key', summary: 'the setting' }],
  options: [onlyBroker],
  request: (input) => ({
    method: 'DELETE',
    path: `/broker-config/${encodeURIComponent(input.args[0] ?? '')}`,
    query: brokerOf(input),
  }),
  render: done,
};

export const settingCommands: readonly PackageCommand[] = [list, set, unset];
