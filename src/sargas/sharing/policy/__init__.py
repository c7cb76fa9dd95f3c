"""Release rules: Cedar files, read and checked; decisions, made once for each nation, label and kind, and kept."""
