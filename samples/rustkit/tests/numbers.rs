use rustkit::ratio::RatioError;
use rustkit::Ratio;

fn ratio(numerator: i64, denominator: i64) -> Ratio {
    Ratio::new(numerator, denominator).unwrap()
}

#[test]
fn stands_in_lowest_terms() {
    assert_eq!(ratio(6, 8).to_string(), "3/4");
    assert_eq!(ratio(8, 4).to_string(), "2");
    assert_eq!(ratio(0, 7).to_string(), "0");
}

#[test]
fn the_sign_stands_above() {
    assert_eq!(ratio(1, -2), ratio(-1, 2));
    assert_eq!(ratio(-3, -6).to_string(), "1/2");
}

#[test]
fn refuses_a_zero_below() {
    assert_eq!(Ratio::new(1, 0), Err(RatioError::ZeroDenominator));
}

#[test]
fn adds_and_takes_off() {
    assert_eq!(ratio(1, 2) + ratio(1, 3), ratio(5, 6));
    assert_eq!(ratio(1, 2) - ratio(1, 3), ratio(1, 6));
}

#[test]
fn multiplies() {
    assert_eq!(ratio(2, 3) * ratio(3, 4), ratio(1, 2));
}

#[test]
fn is_ordered_by_value() {
    assert!(ratio(1, 3) < ratio(1, 2));
    assert!(ratio(-1, 3) > ratio(-1, 2));
    assert_eq!(ratio(2, 4).cmp(&ratio(1, 2)), std::cmp::Ordering::Equal);
}

#[test]
fn rounds() {
    assert_eq!(ratio(7, 2).floor(), 3);
    assert_eq!(ratio(-7, 2).floor(), -4);
    assert_eq!(ratio(5, 2).round(), 3);
    assert_eq!(ratio(7, 3).round(), 2);
}

#[test]
fn is_read_from_text() -> Result<(), RatioError> {
    assert_eq!("3/4".parse::<Ratio>()?, ratio(3, 4));
    assert_eq!(" -2 / 6 ".parse::<Ratio>()?, ratio(-1, 3));
    assert_eq!("5".parse::<Ratio>()?, ratio(5, 1));
    Ok(())
}

#[test]
fn refuses_other_texts() {
    assert_eq!("a/2".parse::<Ratio>(), Err(RatioError::NotANumber("a".to_string())));
    assert_eq!("1/0".parse::<Ratio>(), Err(RatioError::ZeroDenominator));
}
