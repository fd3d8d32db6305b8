//! Sets of half-open intervals of whole numbers.

use std::cmp::{max, min};

/// Intervals `start..end`, ordered, apart from each other, none of them empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntervalSet {
    parts: Vec<(i64, i64)>,
}

impl IntervalSet {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `start..end`; what touches it becomes one interval with it.
    pub fn insert(&mut self, start: i64, end: i64) {
        if start >= end {
            return;
        }
        let (mut start, mut end) = (start, end);
        let mut kept = Vec::with_capacity(self.parts.len() + 1);
        let mut placed = false;
        for &(from, to) in &self.parts {
            if to < start {
                kept.push((from, to));
            } else if from > end {
                if !placed {
                    kept.push((start, end));
                    placed = true;
                }
                kept.push((from, to));
            } else {
                start = min(start, from);
                end = max(end, to);
            }
        }
        if !placed {
            kept.push((start, end));
        }
        self.parts = kept;
    }

    pub fn contains(&self, value: i64) -> bool {
        let place = self.parts.partition_point(|&(start, _)| start <= value);
        place > 0 && value < self.parts[place - 1].1
    }

    /// How many numbers the set holds.
    pub fn size(&self) -> i64 {
        self.parts.iter().map(|(start, end)| end - start).sum()
    }

    pub fn intervals(&self) -> &[(i64, i64)] {
        &self.parts
    }

    /// What lies between the intervals.
    pub fn gaps(&self) -> Vec<(i64, i64)> {
        self.parts.windows(2).map(|pair| (pair[0].1, pair[1].0)).collect()
    }

    /// What both sets hold.
    pub fn intersection(&self, other: &IntervalSet) -> IntervalSet {
        let mut parts = Vec::new();
        let (mut left, mut right) = (0, 0);
        while left < self.parts.len() && right < other.parts.len() {
            let (a, b) = (self.parts[left], other.parts[right]);
            let (start, end) = (max(a.0, b.0), min(a.1, b.1));
            if start < end {
                parts.push((start, end));
            }
            if a.1 < b.1 {
                left += 1;
            } else {
                right += 1;
            }
        }
        IntervalSet { parts }
    }
}
