//! Mandarin: the rules in their order, each kind of thing in a file of its own.

mod dates;
mod latin;
mod money;
mod numbers;
mod phones;
mod quantities;
mod symbols;

use super::place::{Place, Rule, apply};

/// What stands at a digit, a sign before one, or a Latin letter; the first that fits is taken.
const RULES: [Rule; 26] = [
    latin::address,
    phones::identity_card,
    phones::telephone,
    dates::date,
    dates::month_and_day,
    dates::years,
    dates::time_range,
    dates::time,
    money::with_sign,
    quantities::percentage,
    phones::hotline,
    phones::code,
    phones::long_number,
    money::decimal,
    quantities::fraction,
    quantities::ratio,
    quantities::neighbours,
    quantities::range,
    quantities::room_or_bus,
    quantities::with_unit,
    quantities::version,
    quantities::negative,
    quantities::number,
    latin::with_digits,
    latin::word,
    symbols::symbol,
];

/// Writes out everything that is not a word or punctuation.
pub(super) fn spell_out(text: &str) -> String {
    apply(text, &RULES, |spoken, _: &Place<'_>, c| {
        spoken.push(symbols::plain(c))
    })
}
