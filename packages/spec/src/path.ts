/** The way from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** As people write it: `pods.hello.uris[0]`. */
export const showPath = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');

/** Unambiguous, unlike `showPath`: a key may hold dots. */
export const pathKey = (path: Path): string => JSON.stringify(path);
