//! The word cutter, loaded once.

use std::sync::OnceLock;

use jieba_rs::Jieba;

/// The shared word cutter with its own dictionary (about 350,000 words). The first call
/// takes about a tenth of a second.
pub fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}
