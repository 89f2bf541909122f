//! Text for the eye → text for the ear: only words and punctuation are left.
//!
//! First [`tidy`] takes away what is only for the eye (markup, emoji, odd widths,
//! traditional characters). Then rules go through the text from left to right; at each
//! place the first rule that knows what stands there says it and consumes it. At last
//! [`punctuation`] is put in order. Every stage takes linear time.

mod chinese;
mod english;
mod place;
mod punctuation;
mod tidy;

use crate::language::Language;

/// `text` as it is spoken in `language`: numbers, dates, amounts, telephone numbers and
/// symbols written out, nothing left but words, spaces and `，。！？；：、`
/// (`, . ! ? ; :` in English). Latin words inside Mandarin stay Latin. Empty if there is
/// nothing to say.
///
/// ```
/// use wenlu::Language;
/// use wenlu::synthesis::text::normalise;
///
/// assert_eq!(normalise("3-5个工作日，打12345问", Language::Zh), "三到五个工作日，打幺二三四五问");
/// ```
#[must_use]
pub fn normalise(text: &str, language: Language) -> String {
    let tidy = tidy::tidy(text, language);
    match language {
        Language::Zh => punctuation::chinese(&chinese::spell_out(&tidy)),
        Language::En => punctuation::english(&english::spell_out(&tidy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `table` has lines of a kind, what is written and what is said, with a tab between them.
    #[track_caller]
    fn check(table: &str, language: Language) {
        let wrong: Vec<_> = table
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .filter_map(|line| {
                let [kind, written, said] = line.split('\t').collect::<Vec<_>>()[..] else {
                    panic!("{line}")
                };
                let got = normalise(written, language);
                (got != said).then(|| format!("{kind}: {written}\n  wanted {said}\n  got    {got}"))
            })
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_thing() {
        let zh = include_str!("../../../../tests/data/words/normalise_zh.tsv");
        let en = include_str!("../../../../tests/data/words/normalise_en.tsv");
        check(zh, Language::Zh);
        check(en, Language::En);
    }
}
