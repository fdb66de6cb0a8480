/** The order of paths in every store: by their UTF-8 bytes, as databases have it (and `<` of strings has not). */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
