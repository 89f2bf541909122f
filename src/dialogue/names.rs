//! People's names, taken out of questions that are kept for the staff.

use std::sync::LazyLock;

use regex::Regex;

/// What stands in the place of a name.
const MASK: &str = "●●";

/// Words that announce a name, and the name: up to four characters, or two words of which the
/// second begins with a capital. Rather a word too much is taken out than a name left in.
static ANNOUNCED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        "(我叫|我姓|名叫|名字叫|名字是|姓名是|叫做)[\\p{Han}&&[^我你他她它人车儿孙孩]]\\p{Han}{0,3}",
        r"(?i:\b(my name is|my name's|i am called|they call me|mr|mrs|ms|miss|dr)\b\.?) +\w+( \p{Lu}\w*)?",
    ]
    .iter()
    // A test proves that they are in order.
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// The text with `●●` for each name that is announced as one (我叫…, "my name is …", "Mrs …").
/// A name that stands alone is not known from other words.
#[must_use]
pub fn mask_names(text: &str) -> String {
    ANNOUNCED.iter().fold(text.to_owned(), |text, pattern| {
        pattern
            .replace_all(&text, |found: &regex::Captures<'_>| {
                format!(
                    "{}{}{MASK}",
                    &found[1],
                    if found[1].is_ascii() { " " } else { "" }
                )
            })
            .into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_announced_are_masked() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(mask_names(text), expected);
        }
        assert_eq!(ANNOUNCED.len(), 2);
        check("我叫王秀英，想办那个狗证", "我叫●●，想办那个狗证");
        check("您好我姓欧阳，狗证在哪儿办", "您好我姓●●，狗证在哪儿办");
        check("我叫我儿子去办行吗", "我叫我儿子去办行吗");
        check("养狗要办证吗", "养狗要办证吗");
        check(
            "My name is Mary Miller and I need a dog licence",
            "My name is ●● and I need a dog licence",
        );
        check(
            "I am Mrs. Li, where do I get a dog licence",
            "I am Mrs ●●, where do I get a dog licence",
        );
        check("is there a dog licence", "is there a dog licence");
    }
}
