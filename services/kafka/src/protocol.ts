/** Versions of the protocol that brokers speak among each other, and of the format of records, as Kafka writes both. Pure. */

/**
 * The newest level that each release has: `2.8` means `2.8-IV1`. Those that are not here have but one, or are newer than
 * what can be asked for.
 */
const newestLevels: Readonly<Record<string, number>> = {
  '0.10.0': 1,
  '0.10.1': 2,
  '0.11.0': 2,
  '2.0': 1,
  '2.1': 2,
  '2.2': 1,
  '2.3': 1,
  '2.4': 1,
  '2.7': 2,
  '2.8': 1,
  '3.0': 1,
  '3.3': 3,
  '3.5': 2,
  '3.6': 2,
  '3.7': 4,
};

type Parsed = { readonly release: string; readonly numbers: readonly number[]; readonly level: number };

/** Of `2.8`, `2.8-IV0` or `0.10.2`. */
const parse = (text: string): Parsed => {
  const [version = '', level] = text.split('-IV');
  const release = version
    .split('.')
    .slice(0, version.startsWith('0.') ? 3 : 2)
    .join('.');
  return {
    release,
    numbers: release.split('.').map(Number),
    level: level === undefined ? (newestLevels[release] ?? 0) : Number(level),
  };
};

/** Negative: a is older. Both as Kafka takes them: `2.8`, `2.8-IV0`, `0.10.2`. */
export const compareProtocols = (a: string, b: string): number => {
  const [left, right] = [parse(a), parse(b)];
  const at = left.numbers.findIndex((number, index) => number !== (right.numbers[index] ?? 0));
  return at < 0 ? left.level - right.level : (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
};

/** As short as it can be without meaning another: `2.8-IV1` is `2.8`. */
export const shortProtocol = (text: string): string => {
  const { release } = parse(text);
  return compareProtocols(release, text) === 0 ? release : text;
};

/** What a version of Kafka speaks where nothing else is said, which is the newest that it knows: `3.9` of `3.9.2`. */
export const newestProtocol = (version: string): string => parse(version).release;

/** The generation of records: only with the last (0.11 and newer) nothing has to be converted for clients of these days. */
export const recordFormat = (text: string): 0 | 1 | 2 => {
  if (compareProtocols(text, '0.10.0-IV0') < 0) return 0;
  return compareProtocols(text, '0.11.0-IV0') < 0 ? 1 : 2;
};

/** From this protocol on records have the newest format, whatever else is said. */
export const oneFormatSince = '3.0';

/** What the brokers of a configuration go by. */
export const protocolOf = (kafka: Readonly<Record<string, unknown>>, version: string): string => {
  const pinned = kafka['inter_broker_protocol_version'];
  return typeof pinned === 'string' ? pinned : newestProtocol(version);
};
