//! Roman numerals.

const SIGNS: [(u32, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// A number from 1 to 3999 in Roman numerals.
pub fn to_roman(number: u32) -> Option<String> {
    if number == 0 || number > 3999 {
        return None;
    }
    let mut text = String::new();
    let mut left = number;
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    Some(text)
}

/// The number of a Roman numeral in its usual form, in capitals or not.
pub fn from_roman(text: &str) -> Option<u32> {
    let capitals = text.to_uppercase();
    let mut rest = capitals.as_str();
    let mut number = 0;
    for (value, sign) in SIGNS {
        while let Some(behind) = rest.strip_prefix(sign) {
            number += value;
            rest = behind;
        }
    }
    if !rest.is_empty() || to_roman(number)? != capitals {
        return None;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_small_numbers() {
        assert_eq!(to_roman(1).as_deref(), Some("I"));
        assert_eq!(to_roman(3).as_deref(), Some("III"));
        assert_eq!(to_roman(4).as_deref(), Some("IV"));
    }

    #[test]
    fn writes_large_numbers() {
        assert_eq!(to_roman(1994).as_deref(), Some("MCMXCIV"));
        assert_eq!(to_roman(3999).as_deref(), Some("MMMCMXCIX"));
    }

    #[test]
    fn has_no_sign_for_some_numbers() {
        assert_eq!(to_roman(0), None);
        assert_eq!(to_roman(4000), None);
    }

    #[test]
    fn reads_numerals() {
        assert_eq!(from_roman("XLII"), Some(42));
        assert_eq!(from_roman("mdccc"), Some(1800));
    }

    #[test]
    fn refuses_unusual_forms() {
        assert_eq!(from_roman("IIII"), None);
        assert_eq!(from_roman("IC"), None);
        assert_eq!(from_roman("X1"), None);
        assert_eq!(from_roman(""), None);
    }

    #[test]
    fn reads_what_it_writes() {
        for number in (1..=3999).step_by(13) {
            assert_eq!(to_roman(number).and_then(|text| from_roman(&text)), Some(number));
        }
    }
}
