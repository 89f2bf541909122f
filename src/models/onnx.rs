//! Prepares the Kokoro speech model, once, when it is fetched: four edits of its ONNX graph.
//!
//! The registry's file is an export for one particular runtime. The edits make it
//! run on any, and give back what the export left out of the published model
//! (`kokoro/istftnet.py` of hexgrad/kokoro, Apache-2.0):
//!
//! 1. `FusedMatMul`, known to one runtime only, becomes the `Transpose` and the
//!    `MatMul` it was made of. Exact.
//! 2. The phase of the harmonic source is taken as [`torch.angle`] takes it. The
//!    export divides imaginary by real part and repairs the quadrant, so that
//!    0/0 is not a number, and a real negative bin falls to −π or +π by the
//!    rounding errors of the Fourier transform at hand. The published model gives +π
//!    (its own `CustomSTFT` carries the same repair). Measured: at the highest bin
//!    the rounding error is negative, and so the sign wrong, in nine of ten frames.
//! 3. Noise goes back into the source. The published model adds it (`SineGen`:
//!    σ = 0.003 in voiced frames, 0.1/3 in unvoiced ones); the export does not, so
//!    that in unvoiced frames the phases of nine of eleven bins are nothing
//!    but rounding errors, other ones in each runtime. The seed is fixed: the same
//!    words always give the same sound.
//! 4. A quantised convolution's input is padded with its zero point by a `Pad` of its own.
//!    The padding stands for the number 0, so it has to be the zero point, as ONNX says;
//!    rten 0.27 pads with a fixed byte instead (`rten-gemm`, `Im2Col::pack_block_int8`), which
//!    disturbs both ends of the sound and, through the normalisation over time, all of
//!    it: this edit alone took the characters misheard in 30 sentences from 12.5 to 7.7 %
//!    (onnxruntime: 7.5 %; see `docs/speech.md`). Exact.
//!
//! Everything else is carried over byte for byte: prost messages here decode a level
//! only where an edit looks inside it.
//!
//! [`torch.angle`]: https://docs.pytorch.org/docs/stable/generated/torch.angle.html

use prost::Message;

mod edits;
mod messages;

use messages::{GraphProto, ModelProto, NodeProto, TensorProto};

/// Why a model cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The bytes are not an ONNX model.
    #[error(
        "the speech model is damaged or not an ONNX file ({0}): fetch it again with `wenlu models fetch`"
    )]
    NotOnnx(#[from] prost::DecodeError),
    /// It is a model, but not the one whose edits are known.
    #[error(
        "the speech model is not the Kokoro export that this version of wenlu knows ({0}): \
         fetch the one named in the manifest with `wenlu models fetch`"
    )]
    Unknown(&'static str),
}

/// Edits the Kokoro v1.0 export so that rten runs it: see the [module](self).
///
/// Takes and gives the bytes of an ONNX file. A model that was already prepared is
/// given back unchanged.
///
/// # Errors
///
/// If the bytes are not an ONNX model, or not the export that the edits are made for.
pub fn prepare(model: &[u8]) -> Result<Vec<u8>, PrepareError> {
    let mut file = ModelProto::decode(model)?;
    let graph = file
        .graph
        .as_deref()
        .ok_or(PrepareError::Unknown("it has no graph"))?;
    let mut graph = GraphProto::decode(graph)?;
    let mut nodes = Nodes::read(std::mem::take(&mut graph.node))?;
    if nodes.prepared() {
        return Ok(model.to_vec());
    }

    let mut constants = Vec::new();
    edits::open_fused_matmul(&mut nodes, &graph)?;
    edits::take_phase_as_torch(&mut nodes, &mut constants)?;
    edits::add_noise(&mut nodes, &mut constants)?;
    edits::pad_with_zero_point(&mut nodes, &mut constants)?;

    graph.node = nodes.write();
    graph
        .initializer
        .extend(constants.iter().map(TensorProto::encode_to_vec));
    file.graph = Some(graph.encode_to_vec());
    Ok(file.encode_to_vec())
}

/// The graph's operators in their order (each after those it takes from).
struct Nodes(Vec<Node>);

/// An operator, with its bytes as they were until an edit changes it.
struct Node {
    raw: Option<Vec<u8>>,
    node: NodeProto,
}

/// The prefix of every name that the edits add.
const OURS: &str = "wenlu/";

impl Nodes {
    fn read(raw: Vec<Vec<u8>>) -> Result<Self, prost::DecodeError> {
        let read = |raw: Vec<u8>| {
            let node = NodeProto::decode(raw.as_slice())?;
            Ok(Node {
                raw: Some(raw),
                node,
            })
        };
        raw.into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn prepared(&self) -> bool {
        self.0.iter().any(|node| node.node.name.starts_with(OURS))
    }

    /// The place of the only operator that `wanted` finds.
    fn the_only(
        &self,
        what: &'static str,
        wanted: impl Fn(&NodeProto) -> bool,
    ) -> Result<usize, PrepareError> {
        let mut found = (0..self.0.len()).filter(|&at| wanted(&self.0[at].node));
        match (found.next(), found.next()) {
            (Some(at), None) => Ok(at),
            _ => Err(PrepareError::Unknown(what)),
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, at: usize) -> &NodeProto {
        &self.0[at].node
    }

    fn change(&mut self, at: usize) -> &mut NodeProto {
        let node = &mut self.0[at];
        node.raw = None;
        &mut node.node
    }

    fn insert(&mut self, at: usize, nodes: impl IntoIterator<Item = NodeProto>) {
        self.0.splice(
            at..at,
            nodes.into_iter().map(|node| Node { raw: None, node }),
        );
    }

    fn write(self) -> Vec<Vec<u8>> {
        self.0
            .into_iter()
            .map(|node| node.raw.unwrap_or_else(|| node.node.encode_to_vec()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
