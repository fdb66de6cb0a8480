import type { Artifact } from '@warder/core';
import { either, object, optional, required } from '../shape/collection.ts';
import type { StrictOf } from '../shape/shape.ts';
import { flag, parsed, text } from '../shape/scalar.ts';
import { relativePath } from './file-path.ts';

const checksum = {
  pattern: /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/,
  what: 'a checksum (`sha256:` and 64 hexadecimal digits, or `sha512:` and 128)',
};

const uri = parsed<string>('a URI', 'file:, http:, https: or maven:.', (value) => {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const next = 'write file:///path, http(s)://host/path or maven:group:artifact:version';
    return { code: 'bad-format', message: `\`${value}\` is not a URI`, next };
  }
  if (scheme === 'maven') {
    const whole = value
      .slice('maven:'.length)
      .split(',')
      .every((each) => /^[^:\s]+:[^:\s]+:[^:\s]+$/.test(each));
    const next = 'write maven:group:artifact:version, more of them after commas';
    return whole ? { value } : { code: 'bad-format', message: `\`${value}\` is not a Maven coordinate`, next };
  }
  if (scheme === 'file' || scheme === 'http' || scheme === 'https') {
    if (URL.canParse(value)) return { value };
    return { code: 'bad-format', message: `\`${value}\` is not a URI`, next: 'write it as in https://host/path' };
  }
  const next = 'offer the file by http(s): or file:, or as maven:group:artifact:version';
  return { code: 'bad-format', message: `Warder does not fetch \`${scheme}:\``, next };
});

const artifactMap = object({
  uri: required(uri, 'file:, http(s): or maven:group:artifact:version.'),
  dest: optional(relativePath, 'Where the tasks see it, from their working directory.'),
  extract: optional(flag(), 'Unpack an archive; by default, if it looks like one.'),
  executable: optional(flag(), 'May be run.'),
  writable: optional(
    flag(),
    'Each task has a copy of its own and may change it; else it is the same for all, read-only.',
  ),
  checksum: optional(text(checksum), '`sha256:...` or `sha512:...` of the file.'),
});

export const artifact = either(uri, artifactMap);

/** As the fetcher of Mesos does: archives are unpacked into the working directory, the rest lies there by its name. */
export const artifactOf = (raw: StrictOf<typeof artifact>): Artifact => {
  const given = typeof raw === 'string' ? { uri: raw } : raw;
  const isMaven = given.uri.toLowerCase().startsWith('maven:');
  const name = isMaven ? mavenName(given.uri) : fileName(given.uri);
  const extract = given.extract ?? (!isMaven && /\.(?:tar|tar\.gz|tgz|zip)$/i.test(name));
  return {
    uri: given.uri,
    dest: given.dest ?? (extract ? '.' : name),
    extract,
    executable: given.executable ?? false,
    ...(given.writable === undefined ? {} : { writable: given.writable }),
    ...(given.checksum === undefined ? {} : { checksum: given.checksum }),
  };
};

const fileName = (address: string): string => {
  const last = new URL(address).pathname.split('/').findLast((part) => part !== '');
  return last === undefined ? 'download' : decode(last);
};

/** A name that would leave its directory stays encoded. */
const decode = (text: string): string => {
  try {
    const plain = decodeURIComponent(text);
    return plain.includes('/') || plain === '..' ? text : plain;
  } catch {
    return text;
  }
};

const mavenName = (coordinates: string): string => coordinates.split(':')[2] ?? 'jars';
