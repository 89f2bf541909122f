//! Characters, words and sounds of both languages.

mod simplify;

pub use simplify::simplify;
