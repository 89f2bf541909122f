//! Where a sentence may be parted that somebody waits for.

use crate::text::count_syllables;

/// A first sentence of up to so many syllables is said whole: the voice has it in about 1.5 s.
const SHORT: usize = 16;
/// The least that is worth saying by itself, in syllables.
const LEAST: usize = 3;

/// Parts a text whose first sentence is long behind that sentence's first comma. What is said
/// so begins sooner, and is understood less well (`docs/speech.md`): only for what somebody is
/// waiting for.
///
/// ```
/// use wenlu::synthesis::text::opening;
///
/// let text = "带上旧身份证和户口簿，到派出所填一张登记表。";
/// assert_eq!(opening(text), Some(("带上旧身份证和户口簿，", "到派出所填一张登记表。")));
/// assert_eq!(opening("好的，请说。"), None);
/// ```
#[must_use]
pub fn opening(text: &str) -> Option<(&str, &str)> {
    let end = marks(text, "。！？；.!?;").next().unwrap_or(text.len());
    let sentence = &text[..end];
    if count_syllables(sentence) <= SHORT {
        return None;
    }
    let commas = marks(sentence, "，：,:");
    let mut parts = commas.map(|at| text.split_at(at));
    parts.find(|(before, after)| count_syllables(before) >= LEAST && count_syllables(after) > 0)
}

/// Behind which of the `marks` a text may be cut, in bytes; inside a number or an address there
/// is no space behind a Western mark.
fn marks<'a>(text: &'a str, marks: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.char_indices().filter_map(move |(at, c)| {
        let end = at + c.len_utf8();
        let ends = !c.is_ascii() || text[end..].chars().next().is_none_or(char::is_whitespace);
        (marks.contains(c) && ends).then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_first_sentence_is_parted() {
        #[track_caller]
        fn check(text: &str, before: Option<&str>) {
            let parts = opening(text);
            assert_eq!(parts.map(|(before, _)| before), before);
            if let Some((before, after)) = parts {
                assert_eq!(format!("{before}{after}"), text);
            }
        }
        check("", None);
        check("好。带上旧身份证，到派出所填一张登记表，再等十五天。", None);
        check(
            "好，带上旧身份证和户口簿，到派出所填一张登记表。",
            Some("好，带上旧身份证和户口簿，"),
        );
        check("带上旧身份证和户口簿到派出所填一张登记表。", None);
        check(
            "一共要交1,200块钱押金和房租，由您的子女来交。",
            Some("一共要交1,200块钱押金和房租，"),
        );
        check(
            "Bring your identity card, and go to the police station near you.",
            Some("Bring your identity card,"),
        );
        check(
            "The office opens at 9:30 in the morning every day of the week.",
            None,
        );
        check("带上旧身份证和户口簿到派出所填一张登记表，", None);
    }
}
