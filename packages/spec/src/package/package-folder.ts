import type { ServiceSpec } from '@warder/core';
import type { OptionSchema, Options } from '../options/schema.ts';
import type { Problem, Problems } from '../problem.ts';
import type { View } from '../template/lookup.ts';

/** A package, read from its folder. */
export type PackageFolder = {
  readonly folder: string;
  readonly name: string;
  /** Of the package itself. */
  readonly version: string;
  readonly description: string;
  /** Of the application that it runs; the first is the default. */
  readonly versions: readonly string[];
  /** Versions of the package that this one takes over from, and that it can be taken back to; absent: any. */
  readonly upgradesFrom?: readonly string[];
  readonly downgradesTo?: readonly string[];
  /** What its tasks need of the machine: `java`, `mvn`. */
  readonly requires: readonly string[];
  readonly options: OptionSchema;
  /** The option that names the service, in packages that have one: `['service', 'name']`. */
  readonly nameOption?: readonly string[];
  /** Which template makes the spec, and with which values. */
  readonly prepare: (input: PrepareInput) => Prepared | Problems;
  /** A template by its path in the folder, or in templates/. */
  readonly readTemplate: (path: string) => string | undefined;
  /** The path of the package's code (src/index.ts), if it has some. */
  readonly code?: string;
  /** The path of its CLI commands (src/cli.ts), if it has some. */
  readonly cli?: string;
  /** The text of README.md. */
  readonly readme?: string;
};

export type PrepareInput = {
  /** Of the service. */
  readonly name: string;
  /** With all defaults. */
  readonly options: Options;
  /** Of the application. */
  readonly version: string;
  readonly uid: string;
  /** Values that only an installation can give may be made up. */
  readonly isCheck: boolean;
};

export type Prepared = {
  readonly text: string;
  /** The name of the template, for problems. */
  readonly file: string;
  readonly view: View;
  readonly notices?: readonly Problem[];
  /** The problems of the template in the words of the options. */
  readonly explain?: (problems: readonly Problem[]) => readonly Problem[];
  /** What comes on top of the text. */
  readonly finish?: (spec: ServiceSpec) => ServiceSpec;
};
