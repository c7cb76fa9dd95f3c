"""Log-in tries are limited per address and the limit wears off."""

from sargas.console.throttle import ADDRESSES_KEPT, Throttle

SECOND = 1_000_000_000


def test_a_burst_is_allowed_and_the_next_try_waits() -> None:
    throttle = Throttle(burst=3, refill_s=6.0)
    assert [throttle.wait_ns("a", 100 * SECOND) for _ in range(4)] == [0, 0, 0, 6 * SECOND]


def test_one_more_try_is_allowed_per_refill() -> None:
    throttle = Throttle(burst=1, refill_s=6.0)
    assert throttle.wait_ns("a", 0) == 0
    assert throttle.wait_ns("a", 5 * SECOND) == SECOND
    assert throttle.wait_ns("a", 6 * SECOND) == 0


def test_another_address_does_not_wait() -> None:
    throttle = Throttle(burst=1, refill_s=6.0)
    throttle.wait_ns("a", 0)
    assert throttle.wait_ns("b", 0) == 0


def test_addresses_are_forgotten_before_they_fill_the_memory() -> None:
    throttle = Throttle(burst=1, refill_s=6.0)
    for i in range(ADDRESSES_KEPT + 1):
        throttle.wait_ns(str(i), 0)
    assert throttle.wait_ns("0", 0) == 0
    assert throttle.wait_ns(str(ADDRESSES_KEPT), 0) > 0
