"""What is counted by address is counted by who has it."""

import pytest

from sargas.runtime.remote_address import holder_of


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_is_counted_with_all_that_one_machine_can_take(address: str, holder: str) -> None:
    assert holder_of(address) == holder
