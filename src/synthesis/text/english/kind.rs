//! A guess at the kind of a word from the words beside it: enough for *record*, *live*,
//! *read* and *use*, whose sound hangs on it.

/// Words before a noun.
const BEFORE_NOUN: &str = "a an the this that these those my your his her its our their no any some each every another of for in on at \
    from by with without into about whose which what new old yearly bank medical";
/// Words before a verb.
const BEFORE_VERB: &str = "to will would can could cannot must should may might shall do does did don't doesn't didn't can't won't not \
    never please i you we they who let and or then always still also just now people he she";
/// What follows a verb that begins a sentence, as in "record the number".
const AFTER_VERB: &str = "the a an your my it this that these those all any every up each their";
/// Before a participle.
const BEFORE_PARTICIPLE: &str =
    "have has had haven't hasn't is are was were be been being having am gets get got";

/// misaki's names for the kind of `word`, the likeliest first.
pub(super) fn guess(
    before: Option<&str>,
    word: &str,
    after: Option<&str>,
) -> &'static [&'static str] {
    let before = before.map(str::to_ascii_lowercase);
    let after = after.map(str::to_ascii_lowercase);
    let among = |word: &Option<String>, list: &str| {
        word.as_deref()
            .is_some_and(|w| list.split_whitespace().any(|l| l == w))
    };
    let used_to = word.eq_ignore_ascii_case("used") && after.as_deref() == Some("to");
    if among(&before, BEFORE_PARTICIPLE) {
        return if word.eq_ignore_ascii_case("read") {
            &["VBN", "ADJ"]
        } else {
            &["ADJ", "VBN"]
        };
    }
    if used_to {
        return &["VBD"];
    }
    if among(&before, BEFORE_NOUN) {
        return &["NOUN"];
    }
    let plural = before
        .as_deref()
        .is_some_and(|b| b.len() > 3 && b.ends_with('s') && !b.ends_with("ss") && b != "this");
    if among(&before, BEFORE_VERB) || plural || (before.is_none() && among(&after, AFTER_VERB)) {
        return &["VERB"];
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses() {
        #[track_caller]
        fn check(words: &str, word: &str, kind: &str) {
            let words: Vec<_> = words.split(' ').collect();
            let at = words.iter().position(|w| *w == word).unwrap();
            let guessed = guess(
                at.checked_sub(1).map(|i| words[i]),
                word,
                words.get(at + 1).copied(),
            );
            assert_eq!(guessed.first().copied().unwrap_or(""), kind);
        }
        check("Record the number", "Record", "VERB");
        check("a record of payments", "record", "NOUN");
        check("where you live", "live", "VERB");
        check("your parents live there", "live", "VERB");
        check("it was read aloud", "read", "VBN");
        check("please read it", "read", "VERB");
        check("we used to pay", "used", "VBD");
        check("it is used to pay", "used", "ADJ");
    }
}
