import pytest

from textkit import LruCache


@pytest.fixture
def cache():
    return LruCache(2)


def test_remembers(cache):
    cache.put("a", 1)
    assert cache.get("a") == 1
    assert cache.get("b") is None
    assert cache.get("b", 7) == 7


def test_forgets_the_least_recently_used(cache):
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert "a" in cache and "c" in cache and "b" not in cache


def test_putting_again_counts_as_use(cache):
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 3)
    cache.put("c", 4)
    assert cache.get("a") == 3
    assert "b" not in cache


def test_eviction_is_told():
    told = []
    cache = LruCache(1, on_evict=lambda key, value: told.append((key, value)))
    cache.put("a", 1)
    cache.put("b", 2)
    assert told == [("a", 1)]


def test_capacity_is_checked():
    with pytest.raises(ValueError):
        LruCache(0)
    with pytest.raises(ValueError):
        LruCache(1).resize(0)


def test_resize(cache):
    cache.put("a", 1)
    cache.put("b", 2)
    cache.resize(1)
    assert len(cache) == 1 and "b" in cache


def test_statistics(cache):
    assert cache.hit_rate() == 0.0
    cache.put("a", 1)
    cache.get("a")
    cache.get("a")
    cache.get("x")
    assert (cache.hits, cache.misses) == (2, 1)
    assert cache.hit_rate() == pytest.approx(2 / 3)
    cache.clear()
    assert (cache.hits, cache.misses, len(cache)) == (0, 0, 0)
