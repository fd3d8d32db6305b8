"""A cache that forgets what was used least recently."""

from collections import OrderedDict


class LruCache:
    def __init__(self, capacity, on_evict=None):
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self.capacity = capacity
        self.hits = 0
        self.misses = 0
        self._on_evict = on_evict
        self._items = OrderedDict()

    def __len__(self):
        return len(self._items)

    def __contains__(self, key):
        return key in self._items

    def get(self, key, default=None):
        if key not in self._items:
            self.misses += 1
            return default
        self.hits += 1
        self._items.move_to_end(key)
        return self._items[key]

    def put(self, key, value):
        if key in self._items:
            self._items.move_to_end(key)
        self._items[key] = value
        while len(self._items) > self.capacity:
            old, evicted = self._items.popitem(last=False)
            if self._on_evict is not None:
                self._on_evict(old, evicted)

    def resize(self, capacity):
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self.capacity = capacity
        while len(self._items) > capacity:
            self._items.popitem(last=False)

    def clear(self):
        self._items.clear()
        self.hits = 0
        self.misses = 0

    def hit_rate(self):
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0
