//! Whisper from CTranslate2's format to whisper.cpp's.

use std::io::Cursor;

use proptest::prelude::*;
use wenlu::models::{ConvertError, Sha256, WeightType, convert_whisper};

const VOCABULARY: &str = "!\nĠthe\næľī\n<|endoftext|>\n<|startoftranscript|>\n<|zh|>\n";

/// A tiny Whisper in CTranslate2's format.
#[derive(Clone)]
struct Tiny {
    bytes: Vec<u8>,
    count: u32,
    /// Half floats instead of single ones.
    halves: bool,
    /// The variable that gets a spoilt first number, and the number.
    spoilt: Option<(&'static str, f32)>,
}

const WIDTH: usize = 32;
/// Where the number of variables stands.
const COUNT_AT: usize = 4 + 2 + 12 + 4;

impl Tiny {
    fn model(halves: bool, spoilt: Option<(&'static str, f32)>) -> Vec<u8> {
        let mut tiny = Self {
            bytes: Vec::new(),
            count: 0,
            halves,
            spoilt,
        };
        tiny.bytes.extend(6_u32.to_le_bytes());
        tiny.name("WhisperSpec");
        tiny.bytes.extend([3_u32, 0].map(u32::to_le_bytes).concat());
        tiny.side("encoder", 10, false);
        for (i, channels) in [(1, 80), (2, WIDTH)] {
            tiny.floats(&format!("encoder/conv{i}/weight"), &[WIDTH, channels, 3]);
            tiny.floats(&format!("encoder/conv{i}/bias"), &[WIDTH]);
        }
        tiny.side("decoder", 7, true);
        tiny.floats("decoder/embeddings/weight", &[6, WIDTH]);
        let count = tiny.count.to_le_bytes();
        tiny.bytes[COUNT_AT..COUNT_AT + 4].copy_from_slice(&count);
        tiny.bytes.extend(1_u32.to_le_bytes());
        tiny.name("decoder/projection/weight");
        tiny.name("decoder/embeddings/weight");
        tiny.bytes
    }

    fn side(&mut self, side: &str, context: usize, cross: bool) {
        self.variable(&format!("{side}/num_heads"), &[], 1, &[2]);
        self.floats(
            &format!("{side}/position_encodings/encodings"),
            &[context, WIDTH],
        );
        for layer in 0..2 {
            let layer = format!("{side}/layer_{layer}");
            self.norm(&format!("{layer}/ffn/layer_norm"));
            self.linear(&format!("{layer}/ffn/linear_0"), 4 * WIDTH, WIDTH, None);
            self.linear(&format!("{layer}/ffn/linear_1"), WIDTH, 4 * WIDTH, None);
            self.norm(&format!("{layer}/self_attention/layer_norm"));
            self.linear(
                &format!("{layer}/self_attention/linear_0"),
                3 * WIDTH,
                WIDTH,
                Some(1),
            );
            self.linear(
                &format!("{layer}/self_attention/linear_1"),
                WIDTH,
                WIDTH,
                None,
            );
            if cross {
                self.norm(&format!("{layer}/attention/layer_norm"));
                self.linear(&format!("{layer}/attention/linear_0"), WIDTH, WIDTH, None);
                self.linear(
                    &format!("{layer}/attention/linear_1"),
                    2 * WIDTH,
                    WIDTH,
                    Some(0),
                );
                self.linear(&format!("{layer}/attention/linear_2"), WIDTH, WIDTH, None);
            }
        }
        self.norm(&format!("{side}/layer_norm"));
    }

    fn norm(&mut self, name: &str) {
        self.floats(&format!("{name}/gamma"), &[WIDTH]);
        self.floats(&format!("{name}/beta"), &[WIDTH]);
    }

    /// `key`: which of the fused projections is the keys', whose bias is zero.
    fn linear(&mut self, name: &str, rows: usize, columns: usize, key: Option<usize>) {
        self.floats(&format!("{name}/weight"), &[rows, columns]);
        let mut bias = self.numbers(&format!("{name}/bias"), rows);
        if let Some(key) = key {
            bias[key * WIDTH..(key + 1) * WIDTH].fill(0.0);
        }
        if let Some((spoilt, number)) = self.spoilt
            && spoilt == format!("{name}/bias")
        {
            bias[key.unwrap_or(0) * WIDTH] = number;
        }
        self.numbered(&format!("{name}/bias"), &[rows], &bias);
    }

    fn floats(&mut self, name: &str, shape: &[usize]) {
        let numbers = self.numbers(name, shape.iter().product());
        self.numbered(name, shape, &numbers);
    }

    /// Numbers between -1 and 1 that the half floats have too.
    fn numbers(&self, name: &str, length: usize) -> Vec<f32> {
        let seed = name
            .bytes()
            .fold(7_u32, |seed, byte| seed.wrapping_mul(31) + u32::from(byte));
        let bytes = super::noise(2 * length, seed);
        let mut numbers: Vec<f32> = bytes
            .chunks(2)
            .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]]) / 32) / 1024.0)
            .collect();
        if let Some((spoilt, number)) = self.spoilt
            && spoilt == name
        {
            numbers[0] = number;
        }
        numbers
    }

    fn numbered(&mut self, name: &str, shape: &[usize], numbers: &[f32]) {
        let bytes: Vec<u8> = if self.halves {
            numbers
                .iter()
                .flat_map(|&n| half::f16::from_f32(n).to_le_bytes())
                .collect()
        } else {
            numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
        };
        self.variable(name, shape, if self.halves { 4 } else { 0 }, &bytes);
    }

    fn variable(&mut self, name: &str, shape: &[usize], code: u8, data: &[u8]) {
        self.name(name);
        self.bytes.push(shape.len() as u8);
        for &length in shape {
            self.bytes.extend((length as u32).to_le_bytes());
        }
        self.bytes.push(code);
        self.bytes.extend((data.len() as u32).to_le_bytes());
        self.bytes.extend(data);
        self.count += 1;
    }

    fn name(&mut self, name: &str) {
        self.bytes.extend((name.len() as u16 + 1).to_le_bytes());
        self.bytes.extend(name.as_bytes());
        self.bytes.push(0);
    }
}

fn convert(model: &[u8], weights: WeightType) -> Result<Vec<u8>, ConvertError> {
    let mut out = Vec::new();
    convert_whisper(Cursor::new(model), VOCABULARY, weights, &mut out).map(|()| out)
}

const ALL: [WeightType; 3] = [WeightType::F16, WeightType::Q5_1, WeightType::Q8_0];

/// Of what the Python reference makes of the tiny model.
const REFERENCE: [&str; 3] = [
    "6ef20853a90e9dfd14ef45757f9d0d9f4ef34a083829c9ac69240ba922fce08f",
    "aa193644c269a6b2e24ff433150191b93da1bde2be75e6f6bb1cf2e8138783f4",
    "81f6a0b60f801e53c987cfc34be500aa69ffe8cba97161364aaca60709cb2c9b",
];

#[test]
fn a_tiny_model_comes_out_as_the_reference_makes_it() {
    let model = Tiny::model(true, None);
    for (weights, expected) in ALL.into_iter().zip(REFERENCE) {
        let made = convert(&model, weights).unwrap();
        assert_eq!(Sha256::of(&made).to_string(), expected, "{weights:?}");
    }
}

#[test]
fn single_floats_come_out_as_half_floats_do() {
    let [halves, singles] = [true, false].map(|halves| Tiny::model(halves, None));
    for weights in ALL {
        assert_eq!(
            convert(&halves, weights).unwrap(),
            convert(&singles, weights).unwrap()
        );
    }
}

#[test]
fn what_cannot_be_converted_is_refused() {
    #[track_caller]
    fn check(model: &[u8], expected: &str) {
        for weights in ALL {
            assert_eq!(convert(model, weights).unwrap_err().to_string(), expected);
        }
    }
    let key = "decoder/layer_1/attention/linear_1/bias";
    check(
        &Tiny::model(true, Some((key, 0.5))),
        &format!("{key:?} of the model should be all zeros for the keys: this is not Whisper"),
    );
    for name in [
        "encoder/layer_0/ffn/linear_0/weight",
        "encoder/layer_0/ffn/linear_0/bias",
    ] {
        for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            check(
                &Tiny::model(true, Some((name, number))),
                &format!(
                    "cannot store encoder.blocks.0.mlp.0.{}: a weight is not a finite number",
                    name.rsplit('/').next().unwrap()
                ),
            );
        }
    }
    let not_whisper = "this is no CTranslate2 Whisper model of version 6";
    let model = Tiny::model(true, None);
    check(&[&[5], &model[1..]].concat(), not_whisper);
    check(&[&model[..6], b"w", &model[7..]].concat(), not_whisper);
    let end = model.len();
    check(
        &[&model, b"!".as_slice()].concat(),
        &format!("the CTranslate2 model is cut short or damaged: wrong length at byte {end}"),
    );
    let mut missing = model.clone();
    let at = find(&missing, b"decoder/embeddings/weight");
    missing[at] = b'x';
    check(
        &missing,
        "the CTranslate2 model lacks \"decoder/embeddings/weight\"",
    );
    let mut twice = model.clone();
    let at = find(&twice, b"encoder/conv2/bias") + 12;
    twice[at] = b'1';
    assert!(matches!(
        convert(&twice, WeightType::F16),
        Err(ConvertError::Model(_))
    ));
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}

/// Goes on over the whole of a small model: no cut may pass for a model.
#[test]
fn no_beginning_of_a_model_passes_for_one() {
    let model = Tiny::model(true, None);
    // All cuts in the table's small fields near the ends, and a sample of those in between.
    let cuts = (0..2000)
        .chain((2000..model.len()).step_by(37))
        .chain(model.len() - 200..model.len());
    for cut in cuts {
        assert!(convert(&model[..cut], WeightType::F16).is_err(), "{cut}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = convert(&bytes, WeightType::Q8_0);
        // Past the head, where it becomes interesting.
        let model = Tiny::model(true, None);
        let _ = convert(&[&model[..COUNT_AT], &bytes].concat(), WeightType::Q8_0);
    }

    #[test]
    fn a_model_with_some_bytes_changed_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        head_only in any::<bool>(),
    ) {
        let mut model = Tiny::model(true, None);
        let length = if head_only { 3000 } else { model.len() };
        for (index, byte) in changes {
            model[index.index(length)] = byte;
        }
        let _ = convert(&model, WeightType::Q8_0);
    }
}
