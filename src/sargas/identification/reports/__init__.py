"""What people see and hear, as evidence. Page: docs/human-reports.md."""
