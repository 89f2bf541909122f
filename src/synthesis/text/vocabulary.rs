//! The symbols that Kokoro-82M v1.0 knows. Others would be dropped without a word,
//! so none may come out of here.

/// Every symbol of Kokoro's `vocab.json` (114, each with its own number there).
const SYMBOLS: &str = ";:,.!?—…\"()“” \u{303}ʣʥʦʨᵝ\u{ab67}AIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ";

/// Whether Kokoro has a symbol for `c`.
#[must_use]
pub fn has(c: char) -> bool {
    SYMBOLS.contains(c)
}
