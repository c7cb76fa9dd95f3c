"""What leaves a nation: labels, rules, redaction, and the guard that puts them together. Pure: no clock, no I/O."""
