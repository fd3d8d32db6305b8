use rustkit::duration::{format, parse, ParseError};
use rustkit::glob::matches;

mod globs {
    use super::matches;

    #[test]
    fn plain_text_fits_itself() {
        assert!(matches("abc", "abc"));
        assert!(!matches("abc", "abd"));
        assert!(!matches("abc", "abcd"));
    }

    #[test]
    fn a_star_fits_anything() {
        assert!(matches("*", ""));
        assert!(matches("a*c", "abbbc"));
        assert!(matches("*.rs", "src/lib.rs"));
        assert!(!matches("*.rs", "lib.rsx"));
    }

    #[test]
    fn stars_try_again() {
        assert!(matches("*ab*ab", "abxabab"));
        assert!(!matches("*ab*abc", "abxabab"));
    }

    #[test]
    fn a_question_mark_fits_one() {
        assert!(matches("a?c", "abc"));
        assert!(!matches("a?c", "ac"));
    }

    #[test]
    fn sets_fit_their_members() {
        assert!(matches("[abx-z]", "y"));
        assert!(matches("[a-c]1", "c1"));
        assert!(!matches("[abx-z]", "c"));
    }

    #[test]
    fn sets_can_be_negated() {
        assert!(matches("[!a]", "b"));
        assert!(!matches("[!a-c]x", "bx"));
    }
}

#[test]
fn durations_are_read() {
    assert_eq!(parse("90s"), Ok(90));
    assert_eq!(parse("1h30m"), Ok(5400));
    assert_eq!(parse("2d 1s"), Ok(172801));
    assert_eq!(parse("0s"), Ok(0));
}

#[test]
fn durations_need_units() {
    assert_eq!(parse("15"), Err(ParseError::NoUnit));
    assert_eq!(parse("1h5"), Err(ParseError::NoUnit));
    assert_eq!(parse("5y"), Err(ParseError::UnknownUnit('y')));
}

#[test]
fn durations_need_numbers() {
    assert_eq!(parse(""), Err(ParseError::Empty));
    assert_eq!(parse("h"), Err(ParseError::Empty));
}

#[test]
fn long_durations_are_refused() {
    assert_eq!(parse("99999999999999999999s"), Err(ParseError::TooLong));
    assert_eq!(parse("999999999999999999d"), Err(ParseError::TooLong));
}

#[test]
fn durations_are_written() {
    assert_eq!(format(0), "0s");
    assert_eq!(format(59), "59s");
    assert_eq!(format(3661), "1h1m1s");
    assert_eq!(format(90000), "1d1h");
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(ParseError::UnknownUnit('y').to_string(), "unknown unit 'y'");
}
