//! The forward pass of a BERT encoder (Devlin et al., 2019), mean-pooled and normalised.

use half::f16;
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::super::parameters::softmax;
use super::reader::Reader;
use super::{DIMENSIONS, Vector};

const HIDDEN: usize = DIMENSIONS;
const HEADS: usize = 12;
const HEAD: usize = HIDDEN / HEADS;
const INNER: usize = 4 * HIDDEN;
/// Weights that share a scale.
const BLOCK: usize = 32;
/// Bytes of a block: a half-precision scale, then 32 nibbles.
const BLOCK_BYTES: usize = 2 + BLOCK / 2;
/// More pieces than this the model does not read.
const LONGEST: usize = 512;

/// The head of the file.
pub(super) struct Shape {
    layers: usize,
    epsilon: f32,
}

impl Shape {
    /// `None` unless the file has the form of multilingual-e5-small in 4 bits.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        if reader.bytes(4)? != b"E5S1" {
            return None;
        }
        let _version = reader.u32()?;
        let [hidden, layers, heads, inner] = [
            reader.size()?,
            reader.size()?,
            reader.size()?,
            reader.size()?,
        ];
        let [_vocabulary, longest, _types] = [reader.size()?, reader.size()?, reader.size()?];
        let epsilon = reader.f32()?;
        let block = reader.size()?;
        let fits = (hidden, heads, inner, longest, block) == (HIDDEN, HEADS, INNER, LONGEST, BLOCK);
        (fits && layers <= 48).then_some(Self { layers, epsilon })
    }
}

/// A linear map with its bias; the weights are unpacked and laid out for the multiplication.
struct Linear {
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
    outputs: usize,
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

/// The encoder with its weights.
pub(super) struct Encoder {
    /// Blocks of the pieces' vectors, still in 4 bits.
    words: Vec<u8>,
    positions: Vec<f32>,
    /// The vector of "first sentence", which every piece gets.
    kind: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    epsilon: f32,
}

/// Where each tensor of the file starts.
struct Directory<'a> {
    file: Reader<'a>,
    tensors: Vec<(&'a [u8], u64)>,
}

impl<'a> Directory<'a> {
    fn read(mut reader: Reader<'a>) -> Option<Self> {
        let count = reader.size()?;
        let mut tensors = Vec::new();
        for _ in 0..count {
            let length = reader.u16()?;
            let name = reader.bytes(usize::from(length))?;
            let (_kind, _numbers, offset, _bytes) =
                (reader.u8()?, reader.u32()?, reader.u64()?, reader.u64()?);
            tensors.push((name, offset));
        }
        Some(Self {
            file: reader,
            tensors,
        })
    }

    fn bytes(&self, name: &str, n: usize) -> Option<&'a [u8]> {
        let (_, offset) = self
            .tensors
            .iter()
            .find(|(known, _)| *known == name.as_bytes())?;
        self.file.from(*offset)?.get(..n)
    }

    fn numbers(&self, name: &str, n: usize) -> Option<Vec<f32>> {
        Reader::new(self.bytes(name, 4 * n)?).f32s(n)
    }

    fn norm(&self, name: &str) -> Option<Norm> {
        let [weight, bias] = ["w", "b"].map(|part| self.numbers(&format!("{name}.{part}"), HIDDEN));
        Some(Norm {
            weight: weight?,
            bias: bias?,
        })
    }

    fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
        multiply: &GemmExecutor<f32>,
    ) -> Option<Linear> {
        let packed = self.bytes(&format!("{name}.w"), inputs * outputs / BLOCK * BLOCK_BYTES)?;
        let mut weights = vec![0.0; inputs * outputs];
        unpack(packed, &mut weights);
        // The file has a row for each output; the multiplication wants a column.
        let rows = NdTensorView::from_data([outputs, inputs], weights.as_slice());
        let weights = multiply.prepack_b(rows.transposed());
        Some(Linear {
            weights,
            bias: self.numbers(&format!("{name}.b"), outputs)?,
            outputs,
        })
    }
}

/// Blocks of 4-bit numbers to floats: scale × (nibble − 8); low nibbles first, then high ones.
fn unpack(blocks: &[u8], numbers: &mut [f32]) {
    for (block, numbers) in blocks
        .chunks_exact(BLOCK_BYTES)
        .zip(numbers.chunks_exact_mut(BLOCK))
    {
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        let (low, high) = numbers.split_at_mut(BLOCK / 2);
        for ((byte, low), high) in block[2..].iter().zip(low).zip(high) {
            *low = scale * (f32::from(byte & 15) - 8.0);
            *high = scale * (f32::from(byte >> 4) - 8.0);
        }
    }
}

impl Encoder {
    /// Reads the tensors; of the pieces' vectors only the rows of `pieces`.
    pub fn read(reader: Reader, shape: &Shape, pieces: &[u32]) -> Option<Self> {
        let multiply = GemmExecutor::new();
        let directory = Directory::read(reader)?;
        let row = HIDDEN / BLOCK * BLOCK_BYTES;
        let last = pieces.iter().copied().max()? as usize;
        let table = directory.bytes("emb.word", (last + 1) * row)?;
        let words = pieces
            .iter()
            .flat_map(|&p| &table[p as usize * row..(p as usize + 1) * row])
            .copied()
            .collect();
        let layer = |n: usize| {
            let linear = |name: &str, inputs, outputs| {
                directory.linear(&format!("l{n}.{name}"), inputs, outputs, &multiply)
            };
            Some(Layer {
                query: linear("q", HIDDEN, HIDDEN)?,
                key: linear("k", HIDDEN, HIDDEN)?,
                value: linear("v", HIDDEN, HIDDEN)?,
                attended: linear("ao", HIDDEN, HIDDEN)?,
                attended_norm: directory.norm(&format!("l{n}.aln"))?,
                inner: linear("fi", HIDDEN, INNER)?,
                outer: linear("fo", INNER, HIDDEN)?,
                outer_norm: directory.norm(&format!("l{n}.oln"))?,
            })
        };
        Some(Self {
            words,
            positions: directory.numbers("emb.pos", LONGEST * HIDDEN)?,
            kind: directory.numbers("emb.type", HIDDEN)?,
            norm: directory.norm("emb.ln")?,
            layers: (0..shape.layers).map(layer).collect::<Option<_>>()?,
            epsilon: shape.epsilon,
        })
    }

    /// For each text the mean of the last layer's vectors, of length 1. Several texts at once
    /// take less time than one after the other.
    pub fn encode(&self, texts: &[Vec<u32>]) -> Vec<Vector> {
        let texts: Vec<&[u32]> = texts
            .iter()
            .map(|pieces| &pieces[..pieces.len().min(LONGEST)])
            .collect();
        let lengths: Vec<usize> = texts.iter().map(|pieces| pieces.len()).collect();
        let mut x: Vec<f32> = texts.iter().flat_map(|pieces| self.embed(pieces)).collect();
        for layer in &self.layers {
            self.apply(layer, &mut x, &lengths);
        }
        let mut rows = x.chunks_exact(HIDDEN);
        lengths
            .iter()
            .map(|n| direction(rows.by_ref().take(*n)))
            .collect()
    }

    fn embed(&self, pieces: &[u32]) -> Vec<f32> {
        let mut x = vec![0.0; pieces.len() * HIDDEN];
        let bytes = HIDDEN / BLOCK * BLOCK_BYTES;
        for ((row, piece), position) in x
            .chunks_exact_mut(HIDDEN)
            .zip(pieces)
            .zip(self.positions.chunks_exact(HIDDEN))
        {
            unpack(&self.words[*piece as usize * bytes..][..bytes], row);
            for ((v, p), k) in row.iter_mut().zip(position).zip(&self.kind) {
                *v += p + k;
            }
        }
        self.normalise(&mut x, &self.norm);
        x
    }

    fn apply(&self, layer: &Layer, x: &mut [f32], lengths: &[usize]) {
        let n = lengths.iter().sum();
        let [q, k, v] =
            [&layer.query, &layer.key, &layer.value].map(|linear| self.map(linear, x, n));
        let mut attended = Vec::with_capacity(x.len());
        let mut start = 0;
        for length in lengths {
            let rows = start * HIDDEN..(start + length) * HIDDEN;
            attended.extend(attend(
                &q[rows.clone()],
                &k[rows.clone()],
                &v[rows],
                *length,
            ));
            start += length;
        }
        let attended = self.map(&layer.attended, &attended, n);
        add(x, &attended);
        self.normalise(x, &layer.attended_norm);
        let mut inner = self.map(&layer.inner, x, n);
        inner.iter_mut().for_each(|v| *v = gelu(*v));
        let outer = self.map(&layer.outer, &inner, n);
        add(x, &outer);
        self.normalise(x, &layer.outer_norm);
    }

    fn map(&self, linear: &Linear, x: &[f32], n: usize) -> Vec<f32> {
        let mut y = vec![0.0; n * linear.outputs];
        let a = NdTensorView::from_data([n, x.len() / n], x);
        let options = GemmOptions {
            bias: Some(BiasVector::Row(&linear.bias)),
            ..Default::default()
        };
        // Not kept: it must not leave its thread, and making one only picks the kernel.
        let multiply = GemmExecutor::<f32>::new();
        // Shapes agree by construction, so the multiplication cannot fail.
        let done = multiply.gemm(
            &mut y,
            GemmInputA::Unpacked(a),
            GemmInputB::Packed(&linear.weights),
            options,
        );
        debug_assert!(done.is_ok());
        y
    }

    fn normalise(&self, x: &mut [f32], norm: &Norm) {
        for row in x.chunks_exact_mut(HIDDEN) {
            let mean = row.iter().sum::<f32>() / HIDDEN as f32;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / HIDDEN as f32;
            let scale = 1.0 / (variance + self.epsilon).sqrt();
            for ((v, w), b) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
                *v = (*v - mean) * scale * w + b;
            }
        }
    }
}

/// The mean of vectors, of length 1.
fn direction<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Vector {
    let mut mean = Box::new([0.0_f32; HIDDEN]);
    for row in rows {
        mean.iter_mut().zip(row).for_each(|(m, v)| *m += v);
    }
    let length = mean.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
    mean.iter_mut().for_each(|v| *v /= length);
    mean
}

fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

/// Scaled dot-product attention of each head over all pieces.
fn attend(q: &[f32], k: &[f32], v: &[f32], n: usize) -> Vec<f32> {
    let scale = 1.0 / (HEAD as f32).sqrt();
    let mut out = vec![0.0; n * HIDDEN];
    for head in 0..HEADS {
        for to in 0..n {
            let range = |row: usize| row * HIDDEN + head * HEAD..row * HIDDEN + (head + 1) * HEAD;
            let query = &q[range(to)];
            let dot = |row: usize| {
                query
                    .iter()
                    .zip(&k[range(row)])
                    .map(|(a, b)| a * b)
                    .sum::<f32>()
                    * scale
            };
            let weights = softmax(&(0..n).map(dot).collect::<Vec<_>>());
            let out = &mut out[range(to)];
            for (from, weight) in weights.iter().enumerate() {
                out.iter_mut()
                    .zip(&v[range(from)])
                    .for_each(|(o, v)| *o += weight * v);
            }
        }
    }
    out
}

/// Gaussian error linear unit, x·Φ(x).
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function, by formula 7.1.26 of Abramowitz and Stegun (error below 1.5e-7).
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly = t
        * (0.254_829_6
            + t * (-0.284_496_72 + t * (1.421_413_8 + t * (-1.453_152_1 + t * 1.061_405_4))));
    (1.0 - poly * (-x * x).exp()).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        assert!(Shape::read(&mut Reader::new(b"GGUF and so on")).is_none());
        let mut bytes = b"E5S1".to_vec();
        for n in [1_u32, 768, 12, 12, 3072, 1000, 512, 2, 0, 32] {
            bytes.extend(n.to_le_bytes());
        }
        assert!(Shape::read(&mut Reader::new(&bytes)).is_none());
    }

    #[test]
    fn unpacks_nibbles() {
        let mut block = f16::from_f32(0.5).to_le_bytes().to_vec();
        block.extend([0x98_u8; 16]);
        let mut numbers = [9.0; BLOCK];
        unpack(&block, &mut numbers);
        assert_eq!((numbers[0], numbers[15], numbers[16]), (0.0, 0.0, 0.5));
    }

    #[test]
    fn error_function() {
        assert!((erf(0.5) - 0.520_499_9).abs() < 1e-6);
        assert!((erf(-2.0) + 0.995_322_3).abs() < 1e-6);
    }
}
