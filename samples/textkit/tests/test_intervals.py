import pytest

from textkit.intervals import Interval, gaps, merge


def test_half_open():
    assert 1 in Interval(1, 3)
    assert 2 in Interval(1, 3)
    assert 3 not in Interval(1, 3)
    assert 0 not in Interval(1, 3)
    assert len(Interval(1, 3)) == 2


def test_order_is_checked():
    with pytest.raises(ValueError):
        Interval(3, 1)
    assert len(Interval(2, 2)) == 0


def test_equality_and_hash():
    assert Interval(1, 2) == Interval(1, 2)
    assert Interval(1, 2) != Interval(1, 3)
    assert Interval(0, 2) != Interval(1, 2)
    assert len({Interval(1, 2), Interval(1, 2)}) == 1


def test_overlap():
    assert Interval(1, 3).overlaps(Interval(2, 5))
    assert not Interval(1, 3).overlaps(Interval(3, 5))
    assert not Interval(3, 5).overlaps(Interval(1, 3))


def test_intersection():
    assert Interval(1, 4).intersection(Interval(2, 9)) == Interval(2, 4)
    assert Interval(1, 2).intersection(Interval(2, 3)) is None


def test_shift():
    assert Interval(1, 2).shift(3) == Interval(4, 5)


def test_merge():
    assert merge([Interval(5, 7), Interval(1, 3), Interval(2, 4)]) == [Interval(1, 4), Interval(5, 7)]
    assert merge([Interval(1, 2), Interval(2, 3)]) == [Interval(1, 3)]
    assert merge([Interval(1, 9), Interval(2, 3)]) == [Interval(1, 9)]
    assert merge([Interval(1, 1)]) == []


def test_gaps():
    assert gaps([Interval(2, 3), Interval(5, 6)], Interval(0, 8)) == [Interval(0, 2), Interval(3, 5), Interval(6, 8)]
    assert gaps([], Interval(0, 2)) == [Interval(0, 2)]
    assert gaps([Interval(0, 9)], Interval(2, 4)) == []
    assert gaps([Interval(-5, -1), Interval(9, 12)], Interval(0, 4)) == [Interval(0, 4)]
