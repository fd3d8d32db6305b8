//! Durations as people write them: `1h30m`, `90s`.

use std::fmt;

/// Why a text is no duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseError {
    Empty,
    NoUnit,
    UnknownUnit(char),
    TooLong,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Empty => write!(f, "a duration needs a number and a unit"),
            ParseError::NoUnit => write!(f, "a number has no unit"),
            ParseError::UnknownUnit(unit) => write!(f, "unknown unit '{unit}'"),
            ParseError::TooLong => write!(f, "the duration is too long"),
        }
    }
}

impl std::error::Error for ParseError {}

fn seconds_of(unit: char) -> Option<u64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86400),
        _ => None,
    }
}

/// The seconds of a duration.
pub fn parse(text: &str) -> Result<u64, ParseError> {
    let mut total: u64 = 0;
    let mut number: Option<u64> = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if let Some(digit) = c.to_digit(10) {
            let next = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(u64::from(digit)));
            number = Some(next.ok_or(ParseError::TooLong)?);
            continue;
        }
        let unit = seconds_of(c).ok_or(ParseError::UnknownUnit(c))?;
        let count = number.take().ok_or(ParseError::Empty)?;
        total = count.checked_mul(unit).and_then(|n| total.checked_add(n)).ok_or(ParseError::TooLong)?;
    }
    if number.is_some() {
        return Err(ParseError::NoUnit);
    }
    if total == 0 && !text.contains('0') {
        return Err(ParseError::Empty);
    }
    Ok(total)
}

/// Seconds in the largest units, without parts that are zero.
pub fn format(seconds: u64) -> String {
    if seconds == 0 {
        return "0s".to_string();
    }
    let mut left = seconds;
    let mut text = String::new();
    for (unit, size) in [('d', 86400), ('h', 3600), ('m', 60), ('s', 1)] {
        let count = left / size;
        left %= size;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    text
}
