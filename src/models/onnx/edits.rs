//! The four edits. Each finds its place by what the operators are, not by their number,
//! and refuses a graph in which that place is not there exactly once.

use super::messages::{GraphProto, NodeProto, TensorProto};
use super::{Nodes, PrepareError};

/// Bins of the source's Fourier transform: 20 samples, so 0 to 10.
const BINS: usize = 11;

/// Replaces `FusedMatMul(A, B, transA)` by `MatMul(Transpose(A), B)`.
pub fn open_fused_matmul(nodes: &mut Nodes, graph: &GraphProto) -> Result<(), PrepareError> {
    let at = nodes.the_only("no single FusedMatMul", |n| n.op_type == "FusedMatMul")?;
    let fused = nodes.get(at);
    let plain = fused.int("transA") == 1
        && ["transB", "transBatchA", "transBatchB"]
            .iter()
            .all(|name| fused.int(name) == 0)
        && fused
            .attribute
            .iter()
            .all(|a| a.name != "alpha" || a.f == 1.0);
    let ([a, b], [out]) = (fused.input.as_slice(), fused.output.as_slice()) else {
        return Err(PrepareError::Unknown("a FusedMatMul of other inputs"));
    };
    let rank = graph
        .value_info
        .iter()
        .find(|value| value.name == *a)
        .and_then(|value| value.rank());
    if !plain || rank != Some(3) {
        return Err(PrepareError::Unknown("a FusedMatMul of another kind"));
    }

    let turned = "wenlu/turned";
    let transpose = NodeProto::new(turned, "Transpose", &[a], turned).ints("perm", &[0, 2, 1]);
    let matmul = NodeProto::new("wenlu/matmul", "MatMul", &[turned, b], out);
    *nodes.change(at) = matmul;
    nodes.insert(at, [transpose]);
    Ok(())
}

/// Makes the arc tangent of the source's spectrum what `torch.angle` gives: the
/// imaginary part of the two real bins (0 and 10) is exactly 0, nothing is divided by 0,
/// and a negative real number has the angle +π.
pub fn take_phase_as_torch(
    nodes: &mut Nodes,
    constants: &mut Vec<TensorProto>,
) -> Result<(), PrepareError> {
    let unknown = PrepareError::Unknown("no phase");
    let atan = nodes.the_only("no single Atan", |n| n.op_type == "Atan")?;
    let Some(ratio) = nodes.get(atan).input.first().cloned() else {
        return Err(unknown);
    };
    let divide = nodes.the_only("no ratio before the Atan", |n| {
        n.op_type == "Div" && n.output.first() == Some(&ratio)
    })?;
    let [imaginary, real] = nodes.get(divide).input.as_slice() else {
        return Err(unknown);
    };
    let (imaginary, real) = (imaginary.clone(), real.clone());
    let quadrant = nodes.the_only("no test for the imaginary part's sign", |n| {
        n.op_type == "Greater" && n.input.first() == Some(&imaginary)
    })?;
    let part = nodes.the_only("no imaginary part", |n| {
        n.op_type == "Gather" && n.output.first() == Some(&imaginary)
    })?;

    let mut mask = [1.0; BINS];
    mask[0] = 0.0;
    mask[BINS - 1] = 0.0;
    constants.push(TensorProto::floats(
        "wenlu/mask",
        &[1, BINS as i64, 1],
        &mask,
    ));
    constants.push(TensorProto::floats("wenlu/zero", &[], &[0.0]));
    constants.push(TensorProto::floats("wenlu/tiny", &[], &[f32::MIN_POSITIVE]));

    // From the last place to the first, so that the earlier ones stay where they are.
    nodes.change(quadrant).op_type = "GreaterOrEqual".to_owned();
    nodes.change(divide).input[1] = "wenlu/divisor".to_owned();
    let guard = [
        NodeProto::new(
            "wenlu/is_zero",
            "Equal",
            &[&real, "wenlu/zero"],
            "wenlu/is_zero",
        ),
        NodeProto::new(
            "wenlu/divisor",
            "Where",
            &["wenlu/is_zero", "wenlu/tiny", &real],
            "wenlu/divisor",
        ),
    ];
    nodes.change(part).output[0] = "wenlu/imaginary".to_owned();
    let masked = NodeProto::new(
        "wenlu/masked",
        "Mul",
        &["wenlu/imaginary", "wenlu/mask"],
        &imaginary,
    );
    if divide <= part {
        return Err(PrepareError::Unknown("operators out of order"));
    }
    nodes.insert(divide, guard);
    nodes.insert(part + 1, [masked]);
    Ok(())
}

/// Adds the noise of the published model's `SineGen` to the sines:
/// σ = voiced · 0.003 + (1 − voiced) · 0.1 / 3.
pub fn add_noise(nodes: &mut Nodes, constants: &mut Vec<TensorProto>) -> Result<(), PrepareError> {
    const VOICED: f32 = 0.003;
    const UNVOICED: f32 = 0.1 / 3.0;
    let gate = nodes.the_only("no source of sines", |n| {
        n.op_type == "Mul" && n.name.ends_with("/m_source/l_sin_gen/Mul_6")
    })?;
    let [_, voiced] = nodes.get(gate).input.as_slice() else {
        return Err(PrepareError::Unknown("a source of other inputs"));
    };
    let voiced = voiced.clone();
    let is_voicing = |n: &NodeProto| n.op_type == "Cast" && n.output.first() == Some(&voiced);
    nodes.the_only("no voicing", is_voicing)?;
    let Some(out) = nodes.get(gate).output.first().cloned() else {
        return Err(PrepareError::Unknown("a source without output"));
    };

    constants.push(TensorProto::floats(
        "wenlu/slope",
        &[],
        &[VOICED - UNVOICED],
    ));
    constants.push(TensorProto::floats("wenlu/unvoiced", &[], &[UNVOICED]));
    nodes.change(gate).output[0] = "wenlu/sines".to_owned();
    let noise = [
        NodeProto::new(
            "wenlu/normal",
            "RandomNormalLike",
            &["wenlu/sines"],
            "wenlu/normal",
        )
        .float("seed", 1.0),
        NodeProto::new(
            "wenlu/sloped",
            "Mul",
            &[&voiced, "wenlu/slope"],
            "wenlu/sloped",
        ),
        NodeProto::new(
            "wenlu/sigma",
            "Add",
            &["wenlu/sloped", "wenlu/unvoiced"],
            "wenlu/sigma",
        ),
        NodeProto::new(
            "wenlu/noise",
            "Mul",
            &["wenlu/normal", "wenlu/sigma"],
            "wenlu/noise",
        ),
        NodeProto::new("wenlu/source", "Add", &["wenlu/sines", "wenlu/noise"], &out),
    ];
    nodes.insert(gate + 1, noise);
    Ok(())
}

/// Pads the input of every `ConvInteger` with the input's zero point, outside of the operator,
/// which then pads nothing itself.
pub fn pad_with_zero_point(
    nodes: &mut Nodes,
    constants: &mut Vec<TensorProto>,
) -> Result<(), PrepareError> {
    // From the last to the first, so that the places before stay what they are.
    for at in (0..nodes.len()).rev() {
        let convolution = nodes.get(at);
        if convolution.op_type != "ConvInteger" {
            continue;
        }
        let pads = convolution.ints_of("pads");
        if pads.iter().all(|&pad| pad == 0) {
            continue;
        }
        let (&[before, after], [input, _, zero, ..]) = (pads, convolution.input.as_slice()) else {
            return Err(PrepareError::Unknown("a ConvInteger of another kind"));
        };
        let widths = format!("wenlu/pads_{before}_{after}");
        if !constants.iter().any(|constant| constant.name == widths) {
            // Batch and channels get nothing; the beginnings come before the ends.
            constants.push(TensorProto::whole(&widths, &[0, 0, before, 0, 0, after]));
        }
        let padded = format!("wenlu/padded_{at}");
        let pad = NodeProto::new(&padded, "Pad", &[input, &widths, zero], &padded);
        let convolution = nodes.change(at);
        convolution.input[0] = padded;
        for attribute in &mut convolution.attribute {
            if attribute.name == "pads" {
                attribute.ints.fill(0);
            }
        }
        nodes.insert(at, [pad]);
    }
    Ok(())
}
