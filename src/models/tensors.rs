//! Which tensors a Whisper model has, under the names of OpenAI (and whisper.cpp) and under those
//! of CTranslate2.

use super::ggml::{Shape, TensorType};
use super::quantise::WeightType;

/// One tensor of the ggml file and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tensor {
    pub name: String,
    pub variable: String,
    /// Which of how many equal parts of the variable it is.
    pub part: (usize, usize),
    /// Of the part, slowest first.
    pub shape: Vec<usize>,
}

impl Tensor {
    pub(super) fn is_key_bias(&self) -> bool {
        self.name.ends_with(".key.bias")
    }

    pub(super) fn length(&self) -> usize {
        self.shape.iter().product()
    }

    /// whisper.cpp wants vectors and positions as single floats, and the biases of the two
    /// convolutions as a column; only matrices can be quantised.
    pub(super) fn stored_as(&self, weights: WeightType) -> (Vec<usize>, TensorType) {
        let mut shape = self.shape.clone();
        if self.name.contains(".conv") && self.name.ends_with(".bias") {
            shape.push(1);
        }
        let single = shape.len() < 2
            || self.name.ends_with(".bias")
            || self.name.ends_with("positional_embedding");
        let kind = if single {
            TensorType::F32
        } else if shape.len() == 2 {
            TensorType::Weights(weights)
        } else {
            TensorType::Weights(WeightType::F16)
        };
        (shape, kind)
    }
}

/// All tensors in the order of OpenAI's checkpoints, the (unwritten) biases of keys among them.
pub(super) fn tensors(shape: &Shape) -> Vec<Tensor> {
    let size = |number: i32| usize::try_from(number).unwrap_or_default();
    let width = size(shape.width);
    let mut list = List {
        width,
        tensors: Vec::new(),
    };
    for (side, context) in [
        ("decoder", shape.text_context),
        ("encoder", shape.audio_context),
    ] {
        list.whole(
            format!("{side}.positional_embedding"),
            format!("{side}/position_encodings/encodings"),
            [size(context), width],
        );
    }
    list.whole(
        "decoder.token_embedding.weight",
        "decoder/embeddings/weight",
        [size(shape.vocabulary), width],
    );
    for i in 0..shape.text_layers {
        list.block(
            &format!("decoder.blocks.{i}"),
            &format!("decoder/layer_{i}"),
            true,
        );
    }
    list.norm("decoder.ln", "decoder/layer_norm");
    for (i, channels) in [(1, size(shape.mels)), (2, width)] {
        let (name, variable) = (format!("encoder.conv{i}"), format!("encoder/conv{i}"));
        list.whole(
            format!("{name}.weight"),
            format!("{variable}/weight"),
            [width, channels, 3],
        );
        list.whole(format!("{name}.bias"), format!("{variable}/bias"), [width]);
    }
    for i in 0..shape.audio_layers {
        list.block(
            &format!("encoder.blocks.{i}"),
            &format!("encoder/layer_{i}"),
            false,
        );
    }
    list.norm("encoder.ln_post", "encoder/layer_norm");
    list.tensors
}

struct List {
    width: usize,
    tensors: Vec<Tensor>,
}

impl List {
    fn whole<const N: usize>(
        &mut self,
        name: impl Into<String>,
        variable: impl Into<String>,
        shape: [usize; N],
    ) {
        let (name, variable, shape) = (name.into(), variable.into(), shape.to_vec());
        self.tensors.push(Tensor {
            name,
            variable,
            part: (0, 1),
            shape,
        });
    }

    fn norm(&mut self, name: &str, variable: &str) {
        self.whole(
            format!("{name}.weight"),
            format!("{variable}/gamma"),
            [self.width],
        );
        self.whole(
            format!("{name}.bias"),
            format!("{variable}/beta"),
            [self.width],
        );
    }

    /// Square projections that share one variable, in its order.
    fn fused(&mut self, name: &str, projections: &[&str], variable: &str) {
        for (i, projection) in projections.iter().enumerate() {
            for (kind, shape) in [
                ("weight", vec![self.width, self.width]),
                ("bias", vec![self.width]),
            ] {
                self.tensors.push(Tensor {
                    name: format!("{name}.{projection}.{kind}"),
                    variable: format!("{variable}/{kind}"),
                    part: (i, projections.len()),
                    shape,
                });
            }
        }
    }

    fn block(&mut self, name: &str, variable: &str, cross: bool) {
        let inner = 4 * self.width;
        self.norm(
            &format!("{name}.mlp_ln"),
            &format!("{variable}/ffn/layer_norm"),
        );
        for (place, linear, rows, columns) in [(0, 0, inner, self.width), (2, 1, self.width, inner)]
        {
            let variable = format!("{variable}/ffn/linear_{linear}");
            let name = format!("{name}.mlp.{place}");
            self.whole(
                format!("{name}.weight"),
                format!("{variable}/weight"),
                [rows, columns],
            );
            self.whole(format!("{name}.bias"), format!("{variable}/bias"), [rows]);
        }
        let (source, target) = (format!("{variable}/self_attention"), format!("{name}.attn"));
        self.norm(&format!("{target}_ln"), &format!("{source}/layer_norm"));
        self.fused(
            &target,
            &["query", "key", "value"],
            &format!("{source}/linear_0"),
        );
        self.fused(&target, &["out"], &format!("{source}/linear_1"));
        if cross {
            let (source, target) = (
                format!("{variable}/attention"),
                format!("{name}.cross_attn"),
            );
            self.norm(&format!("{target}_ln"), &format!("{source}/layer_norm"));
            self.fused(&target, &["query"], &format!("{source}/linear_0"));
            self.fused(&target, &["key", "value"], &format!("{source}/linear_1"));
            self.fused(&target, &["out"], &format!("{source}/linear_2"));
        }
    }
}
