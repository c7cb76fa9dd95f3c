"""The audit: every decision, release, login and change of settings in a hash chain. Page: docs/audit.md."""

from sargas.runtime.audit.entry import AuditEntry, Deed
from sargas.runtime.audit.log import AuditError, AuditLog
from sargas.runtime.audit.verify import Verdict, verify

__all__ = ["AuditEntry", "AuditError", "AuditLog", "Deed", "Verdict", "verify"]
