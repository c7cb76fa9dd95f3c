"""Addresses get rows in order of their first report; hashing shows nowhere."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.identification.address_table import AddressTable

BATCHES = st.lists(st.lists(st.integers(0, 0xFFFFFF), max_size=40), max_size=20)


@given(BATCHES)
def test_rows_are_those_of_a_dictionary(batches: list[list[int]]) -> None:
    table, known = AddressTable(), dict[int, int]()
    for batch in batches:
        expected = [known.setdefault(address, len(known)) for address in batch]
        assert table.rows(np.array(batch, np.int32)).tolist() == expected
    assert table.addresses.tolist() == list(known)
    again = AddressTable()
    again.restore(table.snapshot())
    assert again.find(table.addresses).tolist() == list(range(len(known)))


def test_it_grows_keeps_and_finds_what_is_there() -> None:
    table = AddressTable()
    addresses = np.arange(0x400000, 0x400000 + 5000, dtype=np.int32)
    for part in np.array_split(addresses, 7):
        table.rows(part)
    assert table.find(addresses).tolist() == list(range(5000))
    assert table.find(np.array([1], np.int32)).tolist() == [-1]
    table.keep(np.array([10, 3, 4999]))
    assert table.addresses.tolist() == [0x40000A, 0x400003, 0x401387]
    assert table.find(addresses[:4]).tolist() == [-1, -1, -1, 1]
