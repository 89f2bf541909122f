//! Traditional characters → simplified ones.
//!
//! Whisper often answers in traditional characters; everything behind it is simplified.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// OpenCC's `t2s` tables, which the crate carries inside; without them text stays as it is.
static TABLES: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// `text` in simplified characters. Simplified text comes back unchanged.
#[must_use]
pub fn simplify(text: &str) -> String {
    TABLES
        .as_ref()
        .map_or_else(|| text.to_owned(), |tables| tables.convert(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simplifies() {
        #[track_caller]
        fn check(text: &str, simplified: &str) {
            assert_eq!(simplify(text), simplified);
        }
        check("醫保卡丟了怎麼辦", "医保卡丢了怎么办");
        check("養老金資格認證", "养老金资格认证");
        check("身份证到期了", "身份证到期了");
        check("pay the bill", "pay the bill");
        check("", "");
    }
}
