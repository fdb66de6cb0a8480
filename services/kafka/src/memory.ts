/**
 * What the code remembers between two questions: for all services of the package, until its thread ends. Nothing that a
 * step relies on may be there alone.
 */
export const memory = <T>(make: () => T): (() => T) => {
  const own = make();
  return () => own;
};
