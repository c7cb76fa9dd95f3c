// What the node says in two languages, beside each other in its records. Pure.

/** A field of a record in the page's language where the node says it so (`<name>_lt`), else as it says it. */
export function inLanguage<K extends string, R extends { readonly [P in K | `${K}_lt`]: string | readonly string[] }>(
  record: R,
  name: K,
  language: string,
): R[K] | R[`${K}_lt`] {
  const lithuanian = record[`${name}_lt`];
  return language === "lt" && lithuanian.length > 0 ? lithuanian : record[name];
}
