//! Cutting a text into the model's word pieces: SentencePiece's unigram model, the most
//! probable way of cutting found by Viterbi (Kudo, "Subword Regularization", 2018).

use std::collections::HashMap;

use super::reader::Reader;
use crate::language::is_hanzi;

/// The mark that stands for a space.
const SPACE: char = '\u{2581}';
/// How much less probable than the rarest piece an unknown character is (as in SentencePiece).
const UNKNOWN_PENALTY: f32 = 10.0;

/// The pieces of Mandarin and English; the model's other languages are left out.
pub(super) struct Pieces {
    known: HashMap<Box<str>, (u32, f32)>,
    /// Characters that are replaced before cutting (full-width letters, ligatures …).
    replaced: HashMap<char, Box<[char]>>,
    /// For each piece by its new number: its number in the file.
    rows: Vec<u32>,
    begin: u32,
    end: u32,
    unknown: u32,
    unknown_score: f32,
    longest: usize,
}

impl Pieces {
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let count = reader.size()?;
        let [begin, end, padding, unknown] =
            [reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?];
        let bytes = usize::try_from(reader.u64()?).ok()?;
        let offsets = reader.u32s(count.checked_add(1)?)?;
        let scores = reader.f32s(count)?;
        let text = reader.bytes(bytes)?;
        let mut rows = vec![begin, end, unknown];
        let mut known = HashMap::new();
        let mut longest = 0;
        for (i, (ends, score)) in offsets.windows(2).zip(&scores).enumerate() {
            let piece = std::str::from_utf8(text.get(ends[0] as usize..ends[1] as usize)?).ok()?;
            let id = u32::try_from(i).ok()?;
            if piece.is_empty()
                || id == padding
                || rows[..3].contains(&id)
                || !piece.chars().all(is_ours)
            {
                continue;
            }
            known.insert(piece.into(), (u32::try_from(rows.len()).ok()?, *score));
            rows.push(id);
            longest = longest.max(piece.chars().count());
        }
        let unknown_score = scores.iter().copied().fold(f32::INFINITY, f32::min) - UNKNOWN_PENALTY;
        let replaced = read_replacements(reader)?;
        Some(Self {
            known,
            replaced,
            rows,
            begin: 0,
            end: 1,
            unknown: 2,
            unknown_score,
            longest,
        })
    }

    /// For each piece: its number in the file.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The numbers of the pieces of `text`, between those of its beginning and end.
    pub fn cut(&self, text: &str) -> Vec<u32> {
        let characters = self.normalise(text);
        let n = characters.len();
        // For each place: the best score of a way to cut up to it, its last piece and where that starts.
        let mut best = vec![(f32::NEG_INFINITY, self.unknown, 0_usize); n + 1];
        best[0].0 = 0.0;
        let mut piece = String::new();
        for start in 0..n {
            let so_far = best[start].0;
            let mut offer = |end: usize, score: f32, id: u32| {
                if so_far + score > best[end].0 {
                    best[end] = (so_far + score, id, start);
                }
            };
            piece.clear();
            for end in start + 1..=n.min(start + self.longest) {
                piece.push(characters[end - 1]);
                if let Some(&(id, score)) = self.known.get(piece.as_str()) {
                    offer(end, score, id);
                }
            }
            offer(start + 1, self.unknown_score, self.unknown);
        }
        let mut ids = vec![self.end];
        let mut at = n;
        while at > 0 {
            ids.push(best[at].1);
            at = best[at].2;
        }
        ids.push(self.begin);
        ids.reverse();
        ids
    }

    fn normalise(&self, text: &str) -> Vec<char> {
        let mut characters = vec![SPACE];
        for c in text.chars() {
            let own = [c];
            for &c in self.replaced.get(&c).map_or(&own[..], |r| r) {
                let c = if c == ' ' { SPACE } else { c };
                if c != SPACE || characters.last() != Some(&SPACE) {
                    characters.push(c);
                }
            }
        }
        characters
    }
}

fn read_replacements(reader: &mut Reader) -> Option<HashMap<char, Box<[char]>>> {
    let count = reader.size()?;
    let _bytes = reader.u32()?;
    let mut replaced = HashMap::with_capacity(count);
    for _ in 0..count {
        let from = char::from_u32(reader.u32()?);
        let length = reader.u8()?;
        let to: Vec<_> = reader
            .u32s(usize::from(length))?
            .into_iter()
            .filter_map(char::from_u32)
            .collect();
        if let Some(from) = from {
            replaced.insert(from, to.into());
        }
    }
    Some(replaced)
}

/// Whether Mandarin or English texts are written with `c`.
fn is_ours(c: char) -> bool {
    c.is_ascii()
        || c == SPACE
        || is_hanzi(c)
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3020}' | '\u{ff00}'..='\u{ff65}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vocabulary as it stands in the file: four marks, then pieces with scores.
    fn vocabulary(pieces: &[(&str, f32)], replaced: &[(char, &str)]) -> Vec<u8> {
        let marks = ["<s>", "<pad>", "</s>", "<unk>"].map(|mark| (mark, 0.0));
        let all: Vec<_> = marks.iter().chain(pieces).collect();
        let text: String = all.iter().map(|(piece, _)| *piece).collect();
        let mut bytes = Vec::new();
        let number =
            |bytes: &mut Vec<u8>, n: usize| bytes.extend(u32::try_from(n).unwrap().to_le_bytes());
        for n in [all.len(), 0, 2, 1, 3] {
            number(&mut bytes, n);
        }
        bytes.extend((text.len() as u64).to_le_bytes());
        let mut end = 0;
        number(&mut bytes, 0);
        for (piece, _) in &all {
            end += piece.len();
            number(&mut bytes, end);
        }
        all.iter()
            .for_each(|(_, score)| bytes.extend(score.to_le_bytes()));
        bytes.extend(text.bytes());
        number(&mut bytes, replaced.len());
        number(&mut bytes, 0);
        for (from, to) in replaced {
            number(&mut bytes, *from as usize);
            bytes.push(u8::try_from(to.chars().count()).unwrap());
            to.chars().for_each(|c| number(&mut bytes, c as usize));
        }
        bytes
    }

    #[test]
    fn cuts_into_the_likeliest_pieces() {
        let pieces = [
            ("\u{2581}", -3.0),
            ("社", -5.0),
            ("保", -5.0),
            ("社保", -6.0),
            ("卡", -4.0),
            ("привет", -1.0),
        ];
        let bytes = vocabulary(&pieces, &[('\u{3000}', " "), ('Ａ', "A")]);
        let pieces = Pieces::read(&mut Reader::new(&bytes)).unwrap();
        // Begin 0, end 1, unknown 2; then the pieces of ours, without the Russian one.
        assert_eq!(pieces.rows(), [0, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(pieces.cut("社保卡"), [0, 3, 6, 7, 1]);
        assert_eq!(pieces.cut("卡\u{3000} 社"), [0, 3, 7, 3, 4, 1]);
        assert_eq!(pieces.cut("Ａ"), [0, 3, 2, 1]);
        assert_eq!(pieces.cut(""), [0, 3, 1]);
    }

    #[test]
    fn a_cut_file_is_refused() {
        let bytes = vocabulary(&[("卡", -1.0)], &[]);
        assert!((0..bytes.len()).all(|n| Pieces::read(&mut Reader::new(&bytes[..n])).is_none()));
    }
}
