/** The HTTP status of a refusal, or of an error of the engine or the store: they carry a code, but no status. */

/** What no rule below says of a code. */
const special: Readonly<Record<string, number>> = {
  busy: 503,
  'service-closed': 503,
  'service-stopped': 503,
  'store-unwritable': 503,
  'store-full': 507,
  'engine-agent-gone': 409,
  'engine-disk-full': 507,
  'engine-exec-timeout': 504,
  'engine-file-kind': 400,
  'engine-file-missing': 404,
  'engine-path-escapes': 400,
  'engine-task-not-running': 409,
};

/** `otherwise` is for a code that says nothing of it: a refusal is a conflict, what was thrown is a trouble of ours. */
export function statusOf(code: string, otherwise: number): number {
  const known = special[code];
  if (known !== undefined) return known;
  if (code.endsWith('-unknown')) return 404;
  return code.endsWith('-invalid') ? 400 : otherwise;
}
