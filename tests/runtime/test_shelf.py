"""A shelf keeps the newest message about each thing; a message costs the same however many are held."""

from hypothesis import given
from hypothesis import strategies as st

from sargas.runtime.shelf import Shelf

Told = tuple[int, bool]


def is_over(message: Told) -> bool:
    return message[1]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(0, 4), st.booleans())
def test_beyond_so_many_the_oldest_that_may_go_goes(told: list[Told], most: int, ends: bool) -> None:
    shelf = Shelf[Told](lambda message: message[0], most, is_over if ends else None)
    held = list[tuple[int, Told]]()
    for revision, message in enumerate(told):
        shelf.put(message, revision)
        held = [one for one in held if one[1][0] != message[0]] + [(revision, message)]
        may_go = [one for one in held if not ends or is_over(one[1])]
        if len(may_go) > most:
            held.remove(may_go[0])
        assert list(shelf.held.values()) == held


def test_a_message_is_looked_at_once_however_many_are_held() -> None:
    looked = list[Told]()

    def look(message: Told) -> bool:
        looked.append(message)
        return message[1]

    shelf = Shelf[Told](lambda message: message[0], 5, look)
    for number in range(100):
        shelf.put((number, False), number)
    assert len(looked) == 100
