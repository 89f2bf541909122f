use super::*;

fn mandarin(text: &str) -> Vec<Clause> {
    clauses(text, Language::Zh, &Pronunciation::default())
}

#[test]
fn golden_lines_of_the_reference() {
    #[track_caller]
    fn check(text: &str, phonemes: &str) {
        // The reference knows nothing of our own dictionary.
        let plain = Pronunciation {
            dictionary: Dictionary::default(),
            ..Pronunciation::default()
        };
        let spoken: Vec<_> = clauses(text, Language::Zh, &plain)
            .into_iter()
            .map(|clause| clause.phonemes)
            .collect();
        assert_eq!(spoken.join(" "), phonemes);
    }
    check(
        "我想问一下办老年证需要带什么材料？",
        "wo↓ ɕja↓ŋ wə↘n i→ɕja↘ pa↘n lau↓njɛ↗n ꭧə↘ŋ ɕy→jau↘ tai↘ ʂə↗nmɤ ʦʰai↗ljau↘?",
    );
    check(
        "您好，老年证要带二张一寸照片。",
        "ni↗nxau↓, lau↓njɛ↗n ꭧə↘ŋjau↘ tai↘ ɚ↘ꭧa→ŋ i→ʦʰwə↘n ꭧau↘pʰjɛ→n.",
    );
}
