import type { Api, VersionRange } from '../api.ts';
import { ErrorCode } from '../error.ts';

export type ApiVersions = { readonly errorCode: number; readonly ranges: ReadonlyMap<number, VersionRange> };

/** Which versions of which APIs this very connection may use. */
export const apiVersions: Api<null, ApiVersions> = {
  name: 'ApiVersions',
  key: 18,
  min: 0,
  max: 3,
  flexibleFrom: 3,
  write: (to, _request, version) => {
    if (version >= 3) to.string('warder').string('1');
  },
  read: (from) => {
    const errorCode = from.int16();
    // A broker that does not know the version answers in version 0, whatever was asked.
    if (errorCode === ErrorCode.unsupportedVersion) return { errorCode, ranges: new Map() };
    const ranges = new Map(from.structs(() => [from.int16(), { min: from.int16(), max: from.int16() }] as const));
    return { errorCode, ranges };
  },
};
