//! Small containers, numbers and texts.

#![forbid(unsafe_code)]
#![deny(unused)]

pub mod duration;
pub mod glob;
pub mod interval;
pub mod ratio;
pub mod ring;
pub mod roman;
pub mod wrap;

pub use interval::IntervalSet;
pub use ratio::Ratio;
pub use ring::Ring;
