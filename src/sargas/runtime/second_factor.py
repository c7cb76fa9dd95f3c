"""One-time codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every 30 s, each good once."""

from __future__ import annotations

import io
from secrets import compare_digest

import pyotp
import segno

from sargas.model.columns import NS_PER_S

STEP_S = 30
DRIFT_STEPS = 1
"""Steps before and after the present one that are taken too: clocks of telephones differ."""


def make_secret() -> str:
    """Return a new shared secret: 160 random bits in base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, account: str, node: str) -> str:
    """Return what an authenticator app reads, as a link or a QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=account, issuer_name=f"Sargas {node}")


def enrolment_qr(uri: str) -> str:
    """Return that link as a QR code (ISO/IEC 18004, level M or better), an SVG document of black on white.

    Made here: a secret is shown to no other program, and to no network.
    """
    drawn = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(drawn, kind="svg", scale=1, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode().strip()


def matching_step(secret: str, code: str, now_ns: int, used_step: int | None) -> int | None:
    """Return the step (of 30 s since 1970) that a code is of; none: of none near, or of one that was used before."""
    present = now_ns // (STEP_S * NS_PER_S)
    totp = pyotp.TOTP(secret, interval=STEP_S)
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return None if found is None or (used_step is not None and found <= used_step) else found
