//! Weights as whisper.cpp stores them: half floats, or blocks of 32 that share a scale.
//!
//! The arithmetic is that of ggml's reference quantisers (`quantize_row_q8_0_ref` and
//! `quantize_row_q5_1_ref` in `ggml-quants.c`), in single precision and in the same order, so
//! that the bytes are the same too.

use half::f16;
use serde::Deserialize;

/// Weights in a block of a quantised row.
pub const BLOCK: usize = 32;

/// How the large matrices of a ggml file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightType {
    /// Half floats: 2 bytes a weight.
    F16,
    /// 5 bits a weight with a scale and a minimum for each block: 24 bytes for 32 weights.
    Q5_1,
    /// 8 bits a weight with a scale for each block: 34 bytes for 32 weights.
    #[default]
    Q8_0,
}

impl WeightType {
    /// ggml's number for a tensor of this type (`enum ggml_type`).
    #[must_use]
    pub fn tensor_type(self) -> i32 {
        match self {
            Self::F16 => 1,
            Self::Q5_1 => 7,
            Self::Q8_0 => 8,
        }
    }

    /// ggml's number for a file of this type (`enum ggml_ftype`), with the version of the
    /// quantisation formats (2) in the thousands, as the header wants it.
    #[must_use]
    pub fn file_type(self) -> i32 {
        match self {
            Self::F16 => 1,
            Self::Q5_1 => 2009,
            Self::Q8_0 => 2007,
        }
    }

    /// Whether weights are stored in blocks, so that a row must be whole blocks.
    #[must_use]
    pub fn is_quantised(self) -> bool {
        self != Self::F16
    }
}

/// Why weights cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantiseError {
    /// A weight is infinite or not a number.
    #[error("a weight is not a finite number")]
    NotFinite,
    /// A weight, or a block's scale, is beyond the half floats (65,504).
    #[error("a weight is too large for this kind of file")]
    TooLarge,
    /// The weights do not fill whole blocks of 32.
    #[error("{0} weights are not whole blocks of {BLOCK}")]
    NotWholeBlocks(usize),
}

/// Appends `weights` to `out` as `kind` stores them. On an error `out` may hold a part of them.
///
/// # Errors
/// If a weight is not finite or too large, or if a quantised row is not whole blocks of 32.
pub fn encode(kind: WeightType, weights: &[f32], out: &mut Vec<u8>) -> Result<(), QuantiseError> {
    if !weights.iter().all(|weight| weight.is_finite()) {
        return Err(QuantiseError::NotFinite);
    }
    if kind == WeightType::F16 {
        return weights
            .iter()
            .try_for_each(|&weight| push_half(weight, out));
    }
    let (blocks, rest) = weights.as_chunks::<BLOCK>();
    if !rest.is_empty() {
        return Err(QuantiseError::NotWholeBlocks(weights.len()));
    }
    let block = if kind == WeightType::Q8_0 {
        push_q8_0
    } else {
        push_q5_1
    };
    blocks.iter().try_for_each(|weights| block(weights, out))
}

/// A scale, then 32 signed bytes: a weight is about `scale * byte`.
fn push_q8_0(weights: &[f32; BLOCK], out: &mut Vec<u8>) -> Result<(), QuantiseError> {
    let largest = weights
        .iter()
        .fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
    let scale = largest / 127.0;
    let inverse = inverse(scale);
    push_half(scale, out)?;
    out.extend(
        weights
            .iter()
            .map(|weight| (weight * inverse).round() as i8 as u8),
    );
    Ok(())
}

/// A scale, a minimum, the 32 fifth bits, then 16 bytes of two nibbles (weight `i` low, weight
/// `i + 16` high): a weight is about `scale * number + minimum`.
fn push_q5_1(weights: &[f32; BLOCK], out: &mut Vec<u8>) -> Result<(), QuantiseError> {
    let lowest = weights.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scale = (highest - lowest) / 31.0;
    let inverse = inverse(scale);
    let numbers = weights.map(|weight| (((weight - lowest) * inverse + 0.5) as u8).min(31));
    push_half(scale, out)?;
    push_half(lowest, out)?;
    let fifth_bits = (numbers.iter().enumerate()).fold(0_u32, |bits, (i, number)| {
        bits | u32::from(number >> 4) << i
    });
    out.extend(fifth_bits.to_le_bytes());
    let (low, high) = numbers.split_at(BLOCK / 2);
    out.extend(
        low.iter()
            .zip(high)
            .map(|(low, high)| (low & 15) | (high & 15) << 4),
    );
    Ok(())
}

/// `1 / scale`, or 0 for a block without any spread (also one too small for a reciprocal).
fn inverse(scale: f32) -> f32 {
    let inverse = scale.recip();
    if inverse.is_finite() { inverse } else { 0.0 }
}

fn push_half(value: f32, out: &mut Vec<u8>) -> Result<(), QuantiseError> {
    let half = f16::from_f32(value);
    if half.is_infinite() {
        return Err(QuantiseError::TooLarge);
    }
    out.extend(half.to_le_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALLEST_HALF: f32 = 5.960_464_5e-8;

    fn half(bytes: &[u8]) -> f32 {
        f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()
    }

    /// The weights as whisper.cpp reads them back (`dequantize_row_*`).
    fn decode(kind: WeightType, bytes: &[u8]) -> Vec<f32> {
        match kind {
            WeightType::F16 => bytes.chunks(2).map(half).collect(),
            WeightType::Q8_0 => bytes
                .chunks(34)
                .flat_map(|block| block[2..].iter().map(|&b| half(block) * f32::from(b as i8)))
                .collect(),
            WeightType::Q5_1 => bytes.chunks(24).flat_map(decode_q5_1).collect(),
        }
    }

    fn decode_q5_1(block: &[u8]) -> Vec<f32> {
        let (scale, minimum) = (half(block), half(&block[2..]));
        let fifth = u32::from_le_bytes(block[4..8].try_into().unwrap());
        let number = |i: usize| {
            let byte = block[8 + i % 16];
            let nibble = if i < 16 { byte & 15 } else { byte >> 4 };
            f32::from(nibble | ((fifth >> i & 1) as u8) << 4)
        };
        (0..BLOCK).map(|i| scale * number(i) + minimum).collect()
    }

    fn encoded(kind: WeightType, weights: &[f32]) -> Result<Vec<u8>, QuantiseError> {
        let mut out = Vec::new();
        encode(kind, weights, &mut out).map(|()| out)
    }

    /// Half a step of the block, and what the half floats of its scale (and minimum) lose.
    fn bound(kind: WeightType, block: &[f32]) -> f32 {
        let largest = block.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
        let lowest = block.iter().copied().fold(f32::INFINITY, f32::min);
        let highest = block.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let lost = |value: f32| value.abs() / 2048.0 + SMALLEST_HALF;
        match kind {
            WeightType::F16 => lost(largest),
            WeightType::Q8_0 => largest / 254.0 * 1.001 + 127.0 * lost(largest / 127.0),
            WeightType::Q5_1 => {
                let spread = highest - lowest;
                spread / 62.0 * 1.001 + 31.0 * lost(spread / 31.0) + lost(lowest)
            }
        }
    }

    proptest! {
        #[test]
        fn error_is_bounded(
            scale in -9_i32..5,
            unit in prop::collection::vec(-1.0_f32..1.0, 4 * BLOCK),
        ) {
            let weights: Vec<f32> = unit.iter().map(|w| w * 10_f32.powi(scale) * 0.6).collect();
            for kind in [WeightType::F16, WeightType::Q5_1, WeightType::Q8_0] {
                let back = decode(kind, &encoded(kind, &weights).unwrap());
                prop_assert_eq!(back.len(), weights.len());
                for (block, back) in weights.chunks(BLOCK).zip(back.chunks(BLOCK)) {
                    let bound = bound(kind, block);
                    for (weight, back) in block.iter().zip(back) {
                        prop_assert!((weight - back).abs() <= bound, "{kind:?} {weight} {back}");
                    }
                }
            }
        }

        #[test]
        fn any_floats_are_stored_or_refused(
            bits in prop::collection::vec(any::<u32>(), 0..3 * BLOCK),
        ) {
            let weights: Vec<f32> = bits.into_iter().map(f32::from_bits).collect();
            for kind in [WeightType::F16, WeightType::Q5_1, WeightType::Q8_0] {
                if let Ok(bytes) = encoded(kind, &weights) {
                    prop_assert!(decode(kind, &bytes).iter().all(|weight| weight.is_finite()));
                }
            }
        }
    }

    #[test]
    fn known_blocks() {
        #[track_caller]
        fn check(kind: WeightType, weights: [f32; BLOCK], expected: &str) {
            let bytes = encoded(kind, &weights).unwrap();
            let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(hex, expected, "{kind:?}");
        }
        // Computed with quantize() of the Python reference.
        let ramp: [f32; BLOCK] = std::array::from_fn(|i| (i as f32 - 11.0) * 0.125);
        check(WeightType::Q8_0, ramp, RAMP_Q8_0);
        check(WeightType::Q5_1, ramp, RAMP_Q5_1);
        check(WeightType::Q8_0, [0.0; BLOCK], &"00".repeat(34));
        check(WeightType::Q5_1, [0.0; BLOCK], &"00".repeat(24));
        // Halves are rounded away from zero: 127 is exact, 0.5 becomes 1 and -0.5 becomes -1.
        let mut halves = [0.0; BLOCK];
        halves[..3].copy_from_slice(&[127.0, 0.5, -0.5]);
        check(
            WeightType::Q8_0,
            halves,
            &format!("003c7f01ff{}", "00".repeat(29)),
        );
    }
    const RAMP_Q8_0: &str = "0a25bac0c7cdd4dae0e7edf3fa00060d131920262c333940464c53595f666c72797f";
    const RAMP_Q5_1: &str = "003080bd0000ffff00112233445566778899aabbccddeeff";

    #[test]
    fn what_cannot_be_stored_is_refused() {
        #[track_caller]
        fn check(kind: WeightType, weight: f32, error: QuantiseError) {
            let mut weights = [0.25; BLOCK];
            weights[7] = weight;
            assert_eq!(encoded(kind, &weights), Err(error), "{kind:?} {weight}");
        }
        for kind in [WeightType::F16, WeightType::Q5_1, WeightType::Q8_0] {
            check(kind, f32::NAN, QuantiseError::NotFinite);
            check(kind, f32::INFINITY, QuantiseError::NotFinite);
            check(kind, f32::NEG_INFINITY, QuantiseError::NotFinite);
            check(kind, f32::MAX, QuantiseError::TooLarge);
        }
        assert_eq!(
            encoded(WeightType::Q8_0, &[0.0; 33]),
            Err(QuantiseError::NotWholeBlocks(33))
        );
        assert_eq!(
            encoded(WeightType::F16, &[0.0; 33]).map(|b| b.len()),
            Ok(66)
        );
    }
}
