use rustkit::IntervalSet;

fn set(parts: &[(i64, i64)]) -> IntervalSet {
    let mut set = IntervalSet::new();
    for &(start, end) in parts {
        set.insert(start, end);
    }
    set
}

#[test]
fn holds_its_start_and_not_its_end() {
    let set = set(&[(2, 5)]);
    assert!(!set.contains(1));
    assert!(set.contains(2));
    assert!(set.contains(4));
    assert!(!set.contains(5));
}

#[test]
fn keeps_what_is_apart_in_order() {
    assert_eq!(set(&[(7, 9), (1, 3)]).intervals(), [(1, 3), (7, 9)]);
}

#[test]
fn joins_what_touches() {
    assert_eq!(set(&[(1, 3), (3, 5)]).intervals(), [(1, 5)]);
    assert_eq!(set(&[(3, 5), (1, 3)]).intervals(), [(1, 5)]);
}

#[test]
fn joins_what_overlaps() {
    assert_eq!(set(&[(1, 4), (6, 9), (3, 7)]).intervals(), [(1, 9)]);
    assert_eq!(set(&[(1, 9), (3, 4)]).intervals(), [(1, 9)]);
}

#[test]
fn empty_intervals_add_nothing() {
    assert_eq!(set(&[(3, 3), (5, 2)]), IntervalSet::new());
}

#[test]
fn counts_numbers() {
    assert_eq!(set(&[(1, 4), (10, 12)]).size(), 5);
    assert_eq!(IntervalSet::new().size(), 0);
}

#[test]
fn gaps_lie_between() {
    assert_eq!(set(&[(1, 2), (4, 6), (9, 10)]).gaps(), [(2, 4), (6, 9)]);
    assert!(set(&[(1, 2)]).gaps().is_empty());
}

#[test]
fn intersection_holds_what_both_hold() {
    let left = set(&[(0, 5), (8, 12)]);
    let right = set(&[(3, 9), (11, 20)]);
    assert_eq!(left.intersection(&right).intervals(), [(3, 5), (8, 9), (11, 12)]);
}

#[test]
fn intersection_of_neighbours_is_empty() {
    assert_eq!(set(&[(0, 5)]).intersection(&set(&[(5, 9)])), IntervalSet::new());
}
