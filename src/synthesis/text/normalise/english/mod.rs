//! English: the rules in their order, each kind of thing in a file of its own.

mod abbreviations;
mod dates;
mod money;
mod numbers;
mod phones;
mod quantities;
mod symbols;

use super::place::{Rule, apply};

/// What stands at a digit, a sign before one, or a letter; the first that fits is taken.
const RULES: [Rule; 26] = [
    abbreviations::address,
    abbreviations::number_sign,
    abbreviations::abbreviation,
    phones::identity_card,
    phones::telephone,
    dates::date,
    dates::day_and_month,
    dates::month_and_day,
    dates::time_range,
    dates::time,
    money::with_sign,
    quantities::percentage,
    quantities::ordinal,
    phones::hotline,
    phones::long_number,
    dates::years,
    dates::decade,
    quantities::fraction,
    quantities::range,
    quantities::with_unit,
    quantities::version,
    quantities::number,
    abbreviations::with_digits,
    abbreviations::dotted,
    abbreviations::word,
    symbols::symbol,
];

/// Writes out everything that is not a word or punctuation.
pub(super) fn spell_out(text: &str) -> String {
    apply(text, &RULES, |spoken, _, c| spoken.push(symbols::plain(c)))
}
