//! Exact fractions.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i64,
    denominator: i64,
}

/// Why a text is no fraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RatioError {
    ZeroDenominator,
    NotANumber(String),
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 {
        a.abs()
    } else {
        gcd(b, a % b)
    }
}

impl Ratio {
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, RatioError> {
        if denominator == 0 {
            return Err(RatioError::ZeroDenominator);
        }
        let divisor = gcd(numerator, denominator);
        let sign = if denominator < 0 { -1 } else { 1 };
        Ok(Ratio { numerator: sign * numerator / divisor, denominator: sign * denominator / divisor })
    }

    pub fn numerator(&self) -> i64 {
        self.numerator
    }

    pub fn denominator(&self) -> i64 {
        self.denominator
    }

    pub fn is_whole(&self) -> bool {
        self.denominator == 1
    }

    /// The whole number below or equal.
    pub fn floor(&self) -> i64 {
        self.numerator.div_euclid(self.denominator)
    }

    /// The nearest whole number; halves go up.
    pub fn round(&self) -> i64 {
        (2 * self.numerator + self.denominator).div_euclid(2 * self.denominator)
    }

    fn raw(numerator: i64, denominator: i64) -> Self {
        Ratio::new(numerator, denominator).expect("denominators are never zero")
    }
}

impl Add for Ratio {
    type Output = Ratio;

    fn add(self, other: Ratio) -> Ratio {
        Ratio::raw(self.numerator * other.denominator + other.numerator * self.denominator, self.denominator * other.denominator)
    }
}

impl Neg for Ratio {
    type Output = Ratio;

    fn neg(self) -> Ratio {
        Ratio { numerator: -self.numerator, denominator: self.denominator }
    }
}

impl Sub for Ratio {
    type Output = Ratio;

    fn sub(self, other: Ratio) -> Ratio {
        self + -other
    }
}

impl Mul for Ratio {
    type Output = Ratio;

    fn mul(self, other: Ratio) -> Ratio {
        Ratio::raw(self.numerator * other.numerator, self.denominator * other.denominator)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        let left = self.numerator * other.denominator;
        let right = other.numerator * self.denominator;
        left.cmp(&right)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return write!(f, "{}", self.numerator);
        }
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, RatioError> {
        let number = |part: &str| part.trim().parse::<i64>().map_err(|_| RatioError::NotANumber(part.trim().to_string()));
        match text.split_once('/') {
            Some((numerator, denominator)) => Ratio::new(number(numerator)?, number(denominator)?),
            None => Ratio::new(number(text)?, 1),
        }
    }
}
