//! Whisper from CTranslate2's file to whisper.cpp's.
//!
//! The two hold the same tensors under other names. CTranslate2 fuses the projections of the
//! attention: q, k and v of the self-attention are one matrix, k and v of the cross-attention
//! another; whisper.cpp wants each alone, and no bias for k (Whisper has none, CTranslate2 holds
//! zeros). Tensors go through in small pieces, so the memory needed does not grow with the model.

use std::io::{self, Read, Seek, Write};

use super::ct2::{Ct2Error, Ct2Model};
use super::ggml::{self, Shape, TensorType};
use super::quantise::{self, BLOCK, QuantiseError, WeightType};
use super::tensors::{Tensor, tensors};
use super::vocabulary::{self, VocabularyError};

/// Numbers that go through at once: a whole number of blocks.
const PIECE: usize = 4096 * BLOCK;

/// The most mel filters taken for true: real models have 80 or 128.
const MAX_MELS: usize = 1024;

/// Why a model cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] Ct2Error),
    /// The vocabulary cannot be used.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// A tensor cannot be stored in the wanted type.
    #[error("cannot store {tensor}: {source}")]
    Weights {
        /// Its name in whisper.cpp.
        tensor: String,
        /// Why.
        source: QuantiseError,
    },
    /// A key projection has a bias, which whisper.cpp has no place for.
    #[error("{0:?} of the model should be all zeros for the keys: this is not Whisper")]
    KeyBias(String),
    /// The converted file cannot be written.
    #[error("cannot write the converted model: {0}")]
    Write(#[from] io::Error),
}

/// Converts a CTranslate2 Whisper model in half or single floats, and the tokens of its
/// `vocabulary.txt`, into a ggml file whose matrices are stored as `weights`.
///
/// # Errors
/// If the model or the vocabulary is damaged or another kind of model, or `out` fails.
pub fn convert<R: Read + Seek>(
    model: R,
    vocabulary: &str,
    weights: WeightType,
    out: &mut impl Write,
) -> Result<(), ConvertError> {
    let mut model = Ct2Model::read(model)?;
    let tokens = vocabulary::parse(vocabulary)?;
    let shape = shape_of(&mut model)?;
    ggml::write_head(out, &shape, weights, &tokens)?;
    let mut buffers = Buffers::default();
    for tensor in tensors(&shape) {
        if tensor.is_key_bias() {
            check_zeros(&mut model, &tensor, &mut buffers)?;
        } else {
            copy(&mut model, &tensor, weights, &mut buffers, out)?;
        }
    }
    Ok(())
}

/// Reads the hyper-parameters off the tensors' shapes.
fn shape_of<R: Read + Seek>(model: &mut Ct2Model<R>) -> Result<Shape, ConvertError> {
    let (vocabulary, width) = matrix(model, "decoder/embeddings/weight")?;
    let (audio_context, _) = matrix(model, "encoder/position_encodings/encodings")?;
    let (text_context, _) = matrix(model, "decoder/position_encodings/encodings")?;
    let mels = match model.shape("encoder/conv1/weight")? {
        &[_, mels, _] if mels <= MAX_MELS => mels as i32,
        _ => return Err(unexpected_shape("encoder/conv1/weight")),
    };
    let layers = |side: &str| {
        let is_layer = |name: &&str| {
            name.starts_with(side) && name.ends_with("/self_attention/linear_0/weight")
        };
        // A model's file cannot hold more names than fit an i32.
        model.names().filter(is_layer).count() as i32
    };
    let (audio_layers, text_layers) = (layers("encoder/"), layers("decoder/"));
    Ok(Shape {
        vocabulary,
        width,
        audio_context,
        audio_heads: model.integer("encoder/num_heads")?,
        audio_layers,
        text_context,
        text_heads: model.integer("decoder/num_heads")?,
        text_layers,
        mels,
    })
}

fn matrix<R: Read + Seek>(model: &Ct2Model<R>, name: &str) -> Result<(i32, i32), Ct2Error> {
    let &[rows, columns] = model.shape(name)? else {
        return Err(Ct2Error::Unexpected {
            name: name.to_owned(),
            what: "shape",
        });
    };
    match (i32::try_from(rows), i32::try_from(columns)) {
        // So that four times the width, the largest length derived from it, fits too.
        (Ok(rows), Ok(columns)) if columns <= i32::MAX / 4 => Ok((rows, columns)),
        _ => Err(Ct2Error::Unexpected {
            name: name.to_owned(),
            what: "shape",
        }),
    }
}

fn unexpected_shape(name: &str) -> ConvertError {
    Ct2Error::Unexpected {
        name: name.to_owned(),
        what: "shape",
    }
    .into()
}

#[derive(Default)]
struct Buffers {
    numbers: Vec<f32>,
    bytes: Vec<u8>,
}

/// Calls `each` with the tensor's numbers, a piece at a time.
fn pieces<R: Read + Seek>(
    model: &mut Ct2Model<R>,
    tensor: &Tensor,
    numbers: &mut Vec<f32>,
    mut each: impl FnMut(&[f32]) -> Result<(), ConvertError>,
) -> Result<(), ConvertError> {
    let (part, parts) = tensor.part;
    let whole = model.shape(&tensor.variable)?;
    let (rows, rest) = tensor
        .shape
        .split_first()
        .ok_or_else(|| unexpected_shape(&tensor.variable))?;
    if whole.split_first() != Some((&(rows * parts), rest)) {
        return Err(unexpected_shape(&tensor.variable));
    }
    let length = tensor.length();
    for start in (0..length).step_by(PIECE) {
        let end = length.min(start + PIECE);
        let offset = part * length;
        model.floats(&tensor.variable, offset + start..offset + end, numbers)?;
        each(numbers)?;
    }
    Ok(())
}

fn check_zeros<R: Read + Seek>(
    model: &mut Ct2Model<R>,
    tensor: &Tensor,
    buffers: &mut Buffers,
) -> Result<(), ConvertError> {
    pieces(model, tensor, &mut buffers.numbers, |numbers| {
        if numbers.iter().all(|&number| number == 0.0) {
            Ok(())
        } else {
            Err(ConvertError::KeyBias(tensor.variable.clone()))
        }
    })
}

fn copy<R: Read + Seek>(
    model: &mut Ct2Model<R>,
    tensor: &Tensor,
    weights: WeightType,
    buffers: &mut Buffers,
    out: &mut impl Write,
) -> Result<(), ConvertError> {
    let weights_error = |source| ConvertError::Weights {
        tensor: tensor.name.clone(),
        source,
    };
    let (shape, kind) = tensor.stored_as(weights);
    if let (TensorType::Weights(weights), Some(&row)) = (kind, shape.last())
        && weights.is_quantised()
        && row % BLOCK != 0
    {
        return Err(weights_error(QuantiseError::NotWholeBlocks(row)));
    }
    ggml::write_tensor_head(out, &tensor.name, &shape, kind)?;
    let Buffers { numbers, bytes } = buffers;
    pieces(model, tensor, numbers, |numbers| {
        bytes.clear();
        match kind {
            TensorType::F32 if numbers.iter().all(|number| number.is_finite()) => {
                bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            }
            TensorType::F32 => return Err(weights_error(QuantiseError::NotFinite)),
            TensorType::Weights(weights) => {
                quantise::encode(weights, numbers, bytes).map_err(weights_error)?;
            }
        }
        Ok(out.write_all(bytes)?)
    })
}
