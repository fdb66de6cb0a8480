/** Formats of names, each with the words that a problem uses. */

/** Pods and tasks: their names are joined with `-` into host names. */
export const nameFormat = {
  pattern: /^(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/,
  what: 'letters, digits, `-` and `_` (not twice in a row), with a letter or digit at both ends',
};

export const variable = {
  pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
  what: 'a name for an environment variable (letters, digits, `_`)',
};

export const segment = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  what: 'one directory name (letters and digits, then also `_` and `-`; no `/`)',
};

/** An OCI reference, as `docker pull` takes it. */
export const imageName = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/,
  what: 'an image (`name:tag`, `host/name:tag` or `name@sha256:...`)',
};

/** A DNS label is no longer, and the name of a service becomes one. */
export const serviceNameMax = 63;
/** `<pod>-<index>-<task>` is the host name of a task. */
export const taskNameMax = 63;
