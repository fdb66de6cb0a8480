import type { OptionSchema } from '../options/schema.ts';

/** A package, read from its folder. */
export type PackageFolder = {
  readonly folder: string;
  readonly name: string;
  /** Of the package itself. */
  readonly version: string;
  readonly description: string;
  /** Of the application that it runs; the first is the default. */
  readonly versions: readonly string[];
  /** What its tasks need of the machine: `java`, `mvn`. */
  readonly requires: readonly string[];
  readonly options: OptionSchema;
  /** The text of service.yml, and the name of its file. */
  readonly service: { readonly text: string; readonly file: string };
  /** A template by its path in the folder, or in templates/. */
  readonly readTemplate: (path: string) => string | undefined;
  /** The path of the package's code (src/index.ts), if it has some. */
  readonly code?: string;
  /** The path of its CLI commands (src/cli.ts), if it has some. */
  readonly cli?: string;
  /** The text of README.md. */
  readonly readme?: string;
};
