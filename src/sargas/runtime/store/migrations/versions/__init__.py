"""One file a revision, numbered in order; docs/store.md says how to add one."""
