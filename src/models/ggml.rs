//! Writing whisper.cpp's ggml model file.
//!
//! The file is, all little-endian: the magic number and eleven i32 of [`Shape`]; the mel filters
//! (i32 filters, i32 frequencies, the weights as f32); the vocabulary (i32 tokens, for each i32
//! bytes and the bytes); then the tensors until the end, each with i32 dimensions, i32 bytes of
//! its name, i32 type, an i32 for each dimension (fastest first), the name and the data. See
//! `whisper_model_load` in whisper.cpp.

use std::io::{self, Write};

use super::mel;
use super::quantise::WeightType;

/// `ggml` in ASCII, as a number.
const MAGIC: i32 = 0x6767_6d6c;

/// The hyper-parameters of a Whisper model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Tokens, the special ones counted.
    pub vocabulary: i32,
    /// Width of the encoder and of the decoder.
    pub width: i32,
    /// Positions of the encoder: 1,500 for 30 s.
    pub audio_context: i32,
    /// Attention heads of the encoder.
    pub audio_heads: i32,
    /// Blocks of the encoder.
    pub audio_layers: i32,
    /// Positions of the decoder: 448.
    pub text_context: i32,
    /// Attention heads of the decoder.
    pub text_heads: i32,
    /// Blocks of the decoder.
    pub text_layers: i32,
    /// Mel filters: 80 or 128.
    pub mels: i32,
}

/// How a tensor's data is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TensorType {
    /// Single floats.
    F32,
    /// As the weights of the file, or as half floats.
    Weights(WeightType),
}

/// Writes everything before the tensors. `vocabulary` holds the ordinary tokens as bytes:
/// whisper.cpp makes up the special ones itself.
///
/// # Errors
/// If `out` cannot be written, or a length does not fit the format.
pub fn write_head(
    out: &mut impl Write,
    shape: &Shape,
    weights: WeightType,
    vocabulary: &[Vec<u8>],
) -> io::Result<()> {
    for number in [
        MAGIC,
        shape.vocabulary,
        shape.audio_context,
        shape.width,
        shape.audio_heads,
        shape.audio_layers,
        shape.text_context,
        shape.width,
        shape.text_heads,
        shape.text_layers,
        shape.mels,
        weights.file_type(),
    ] {
        write_i32(out, number)?;
    }
    let mels = usize::try_from(shape.mels).map_err(io::Error::other)?;
    write_i32(out, shape.mels)?;
    write_length(out, mel::FREQUENCIES)?;
    for weight in mel::filters(mels) {
        out.write_all(&weight.to_le_bytes())?;
    }
    write_length(out, vocabulary.len())?;
    for token in vocabulary {
        write_length(out, token.len())?;
        out.write_all(token)?;
    }
    Ok(())
}

/// Writes what stands before a tensor's data. `dimensions` come slowest first.
///
/// # Errors
/// If `out` cannot be written, or a length does not fit the format.
pub fn write_tensor_head(
    out: &mut impl Write,
    name: &str,
    dimensions: &[usize],
    kind: TensorType,
) -> io::Result<()> {
    write_length(out, dimensions.len())?;
    write_length(out, name.len())?;
    write_i32(
        out,
        match kind {
            TensorType::F32 => 0,
            TensorType::Weights(weights) => weights.tensor_type(),
        },
    )?;
    for &length in dimensions.iter().rev() {
        write_length(out, length)?;
    }
    out.write_all(name.as_bytes())
}

fn write_i32(out: &mut impl Write, number: i32) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn write_length(out: &mut impl Write, length: usize) -> io::Result<()> {
    write_i32(out, i32::try_from(length).map_err(io::Error::other)?)
}
