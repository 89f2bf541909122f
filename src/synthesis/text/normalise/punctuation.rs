//! Punctuation in order: one mark at a time, none at the beginning, no stray spaces.

/// The marks that stay in Mandarin, the strongest first.
const CHINESE: [char; 7] = ['？', '！', '。', '；', '：', '，', '、'];
/// The marks that stay in English, the strongest first.
const ENGLISH: [char; 6] = ['?', '!', '.', ';', ':', ','];

/// Mandarin: Latin words keep one space between them, nothing else has spaces.
pub(super) fn chinese(text: &str) -> String {
    in_order(
        text,
        &CHINESE,
        |before, after| before.is_ascii() && after.is_ascii(),
        false,
    )
}

/// English: one space between words and after a mark.
pub(super) fn english(text: &str) -> String {
    in_order(text, &ENGLISH, |_, _| true, true)
}

fn in_order(
    text: &str,
    marks: &[char],
    has_space: impl Fn(char, char) -> bool,
    space_after_mark: bool,
) -> String {
    let strength = |c: char| marks.iter().position(|&m| m == c);
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    let mut mark: Option<char> = None;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = true;
        } else if let Some(own) = strength(c) {
            mark = match mark.and_then(strength) {
                Some(other) if other <= own => mark,
                _ => Some(c),
            };
        } else {
            if let (Some(mark), Some(_)) = (mark, last) {
                out.push(mark);
                if space_after_mark {
                    out.push(' ');
                }
            } else if let (true, Some(before)) = (space, last)
                && has_space(before, c)
            {
                out.push(' ');
            }
            out.push(c);
            (last, mark, space) = (Some(c), None, false);
        }
    }
    if let (Some(mark), Some(_)) = (mark, last) {
        out.push(mark);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_in_order() {
        assert_eq!(
            chinese("，您好，，（）。 请 问？！  WiFi  密码 ，"),
            "您好，（）。请问？WiFi密码，"
        );
        assert_eq!(chinese("用 WeChat Pay 付"), "用WeChat Pay付");
        assert_eq!(chinese("。，？"), "");
        assert_eq!(english(" ,hello ,  world . , yes"), "hello, world. yes");
    }
}
