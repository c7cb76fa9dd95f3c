// The languages of the pages; the first is said where nothing else is asked for.
export const LANGUAGES = ["en", "lt", "lv", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
