// A choice of the person at this display: the address says it, else the browser remembers it.

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What the address says, else what is remembered, else the first value. */
export function readChoice<T extends string>(name: string, values: readonly T[], search: string, store: Store): T {
  const asked = new URLSearchParams(search).get(name);
  const found = (text: string | null): T | undefined => values.find((value) => value === text);
  return found(asked) ?? found(store.getItem(`sargas.${name}`)) ?? values[0]!;
}

/** Remembers a choice and returns the address that says it; the first value is not written into the address. */
export function keepChoice<T extends string>(
  name: string,
  value: T,
  values: readonly T[],
  search: string,
  store: Store,
): string {
  store.setItem(`sargas.${name}`, value);
  const query = new URLSearchParams(search);
  if (value === values[0]) query.delete(name);
  else query.set(name, value);
  return `?${query}`;
}
