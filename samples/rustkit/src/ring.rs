//! A queue of fixed capacity that forgets its oldest items.

/// Keeps the last `capacity` items that were pushed.
#[derive(Debug, Clone)]
pub struct Ring<T> {
    slots: Vec<Option<T>>,
    start: usize,
    len: usize,
}

impl<T> Ring<T> {
    /// # Panics
    /// If the capacity is zero.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a ring needs room for one item");
        let slots = std::iter::repeat_with(|| None).take(capacity).collect();
        Ring { slots, start: 0, len: 0 }
    }

    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn is_full(&self) -> bool {
        self.len == self.capacity()
    }

    /// Adds an item. Gives back the oldest one if it had to make room.
    pub fn push(&mut self, item: T) -> Option<T> {
        let end = (self.start + self.len) % self.capacity();
        let old = self.slots[end].replace(item);
        if old.is_some() {
            self.start = (self.start + 1) % self.capacity();
        } else {
            self.len += 1;
        }
        old
    }

    /// Takes the oldest item.
    pub fn pop(&mut self) -> Option<T> {
        let item = self.slots[self.start].take()?;
        self.start = (self.start + 1) % self.capacity();
        self.len -= 1;
        Some(item)
    }

    /// The item at a place, the oldest first.
    pub fn get(&self, index: usize) -> Option<&T> {
        if index >= self.len {
            return None;
        }
        self.slots[(self.start + index) % self.capacity()].as_ref()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len).filter_map(|index| self.get(index))
    }

    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(capacity: usize, items: std::ops::Range<u32>) -> Ring<u32> {
        let mut ring = Ring::new(capacity);
        for item in items {
            ring.push(item);
        }
        ring
    }

    #[test]
    fn starts_empty() {
        let ring: Ring<u8> = Ring::new(3);
        assert!(ring.is_empty());
        assert_eq!(ring.capacity(), 3);
        assert_eq!(ring.get(0), None);
    }

    #[test]
    fn keeps_the_order_of_items() {
        let mut ring = filled(3, 0..3);
        assert!(ring.is_full());
        assert_eq!(ring.pop(), Some(0));
        assert_eq!(ring.pop(), Some(1));
        assert_eq!(ring.pop(), Some(2));
        assert_eq!(ring.pop(), None);
    }

    #[test]
    fn forgets_the_oldest() {
        let mut ring = filled(3, 0..3);
        assert_eq!(ring.push(7), Some(0));
        assert_eq!(ring.len(), 3);
        assert_eq!(ring.iter().copied().collect::<Vec<_>>(), [1, 2, 7]);
    }

    #[test]
    fn wraps_around_many_times() {
        let ring = filled(4, 0..30);
        assert_eq!(ring.get(0), Some(&26));
        assert_eq!(ring.get(3), Some(&29));
        assert_eq!(ring.get(4), None);
    }

    #[test]
    fn can_be_cleared_and_used_again() {
        let mut ring = filled(2, 0..5);
        ring.clear();
        assert!(ring.is_empty());
        assert_eq!(ring.push(9), None);
        assert_eq!(ring.get(0), Some(&9));
    }

    #[test]
    #[should_panic(expected = "room for one item")]
    fn refuses_no_capacity() {
        Ring::<u8>::new(0);
    }
}
