use proptest::prelude::*;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use super::messages::{FLOAT, ShapeProto, TensorTypeProto, TypeProto, ValueInfoProto};
use super::*;

const PI: f32 = std::f32::consts::PI;

fn node(op_type: &str, input: &[&str], output: &str) -> NodeProto {
    NodeProto::new(output, op_type, input, output)
}

fn value(name: &str, rank: usize) -> ValueInfoProto {
    let shape = Some(ShapeProto {
        dim: vec![Vec::new(); rank],
    });
    let kind = TypeProto {
        tensor_type: Some(TensorTypeProto {
            elem_type: FLOAT,
            shape,
        }),
    };
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(kind.encode_to_vec()),
        ..Default::default()
    }
}

fn read(nodes: &[NodeProto]) -> Nodes {
    Nodes::read(nodes.iter().map(NodeProto::encode_to_vec).collect()).expect("nodes")
}

/// A file of a graph from `inputs` to `output`.
fn file(
    nodes: Vec<Vec<u8>>,
    constants: &[TensorProto],
    inputs: &[(&str, usize)],
    output: &str,
) -> Vec<u8> {
    let graph = GraphProto {
        node: nodes,
        initializer: constants.iter().map(TensorProto::encode_to_vec).collect(),
        input: inputs
            .iter()
            .map(|(name, rank)| value(name, *rank).encode_to_vec())
            .collect(),
        output: vec![value(output, 3).encode_to_vec()],
        value_info: inputs
            .iter()
            .map(|(name, rank)| value(name, *rank))
            .collect(),
        ..Default::default()
    };
    // opset_import { version: 20 }
    let opset = vec![0x10, 20];
    let graph = Some(graph.encode_to_vec());
    ModelProto {
        ir_version: 9,
        graph,
        opset_import: vec![opset],
        ..Default::default()
    }
    .encode_to_vec()
}

/// Runs a file on the runtime that the product uses.
fn run(file: Vec<u8>, inputs: &[(&str, NdTensorView<f32, 3>)], output: &str) -> Vec<f32> {
    let model = rten::Model::load(file).expect("the runtime takes it");
    let inputs = inputs
        .iter()
        .map(|(name, value)| (model.node_id(name).expect("input"), value.as_dyn().into()))
        .collect();
    let output = model.node_id(output).expect("output");
    let [value] = model.run_n(inputs, [output], None).expect("runs");
    value.into_shape_vec::<f32, 3>().expect("numbers").1
}

/// The export's way to a phase, from the two parts of a spectrum.
fn phase_nodes() -> Vec<NodeProto> {
    vec![
        node("Gather", &["parts", "one"], "im"),
        node("Div", &["im", "re"], "ratio"),
        node("Greater", &["im", "nought"], "upper"),
        node("Less", &["re", "nought"], "left"),
        node("Atan", &["ratio"], "atan"),
        node("Add", &["atan", "pi"], "atan_plus"),
        node("Sub", &["atan", "pi"], "atan_minus"),
        node("Where", &["upper", "atan_plus", "atan_minus"], "turned"),
        node("Where", &["left", "turned", "atan"], "phase"),
    ]
}

#[test]
fn phase_is_the_one_of_torch() {
    // (re, im) → angle, at every bin but the two real ones.
    let table = [
        ((1.0, 0.0), 0.0),
        ((1.0, 1.0), PI / 4.0),
        ((0.0, 1.0), PI / 2.0),
        ((-1.0, 1.0), 3.0 * PI / 4.0),
        ((-1.0, 0.0), PI),
        ((-1.0, -1.0), -3.0 * PI / 4.0),
        ((0.0, -1.0), -PI / 2.0),
        ((1.0, -1.0), -PI / 4.0),
        ((0.0, 0.0), 0.0),
        ((1e-30, 1e-30), PI / 4.0),
    ];
    let frames = table.len();
    let mut real = NdTensor::<f32, 3>::zeros([1, 11, frames]);
    let mut imaginary = NdTensor::<f32, 3>::zeros([1, 11, frames]);
    for (frame, ((re, im), _)) in table.iter().enumerate() {
        for bin in 0..11 {
            real[[0, bin, frame]] = *re;
            imaginary[[0, bin, frame]] = *im;
        }
        // The Fourier transform's rounding errors, of either sign.
        imaginary[[0, 0, frame]] = -1e-7;
        imaginary[[0, 10, frame]] = -1e-7;
    }

    let mut all = phase_nodes();
    // A Gather that gives the part as it is.
    all[0] = node("Gather", &["part", "whole"], "im").ints("axis", &[0]);
    all[0].attribute[0] = messages::AttributeProto {
        name: "axis".to_owned(),
        r#type: 2,
        ..Default::default()
    };
    let mut nodes = read(&all);
    let mut constants = vec![
        TensorProto::floats("nought", &[], &[0.0]),
        TensorProto::floats("pi", &[], &[PI]),
        TensorProto {
            dims: vec![1],
            data_type: 7,
            name: "whole".to_owned(),
            raw_data: 0i64.to_le_bytes().to_vec(),
        },
    ];
    edits::take_phase_as_torch(&mut nodes, &mut constants).expect("finds its place");
    let bytes = file(
        nodes.write(),
        &constants,
        &[("part", 3), ("re", 3)],
        "phase",
    );
    let phase = run(
        bytes,
        &[("part", imaginary.view()), ("re", real.view())],
        "phase",
    );

    for (frame, ((re, im), angle)) in table.iter().enumerate() {
        for bin in 0..11 {
            let real_bin = bin == 0 || bin == 10;
            let expected = if !real_bin {
                *angle
            } else if *re < 0.0 {
                PI
            } else {
                0.0
            };
            let got = phase[bin * frames + frame];
            assert!(
                (got - expected).abs() < 1e-6,
                "{re} + {im}i at bin {bin}: {got}, not {expected}"
            );
        }
    }
}

fn fused() -> NodeProto {
    let mut fused = node("FusedMatMul", &["a", "b"], "product");
    fused.domain = "com.microsoft".to_owned();
    fused.attribute.push(messages::AttributeProto {
        name: "transA".to_owned(),
        i: 1,
        r#type: 2,
        ..Default::default()
    });
    fused.float("alpha", 1.0)
}

#[test]
fn fused_matmul_is_opened_exactly() {
    let graph = GraphProto {
        value_info: vec![value("a", 3)],
        ..Default::default()
    };
    let mut nodes = read(&[fused()]);
    edits::open_fused_matmul(&mut nodes, &graph).expect("finds its place");
    let bytes = file(nodes.write(), &[], &[("a", 3), ("b", 3)], "product");
    let a = NdTensor::from_data([1, 2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let b = NdTensor::from_data([1, 2, 1], vec![10.0, 1.0]);
    let product = run(bytes, &[("a", a.view()), ("b", b.view())], "product");
    assert_eq!(product, [14.0, 25.0, 36.0]);
}

#[test]
fn another_fused_matmul_is_refused() {
    #[track_caller]
    fn check(change: impl Fn(&mut NodeProto), rank: usize) {
        let graph = GraphProto {
            value_info: vec![value("a", rank)],
            ..Default::default()
        };
        let mut changed = fused();
        change(&mut changed);
        let result = edits::open_fused_matmul(&mut read(&[changed]), &graph);
        assert!(matches!(result, Err(PrepareError::Unknown(_))));
    }
    check(|_| {}, 4);
    check(|n| n.attribute[0].i = 0, 3);
    check(|n| n.attribute[1].f = 0.5, 3);
    check(|n| n.attribute[0].name = "transB".to_owned(), 3);
    check(|n| n.input.truncate(1), 3);
    check(|n| n.op_type = "MatMul".to_owned(), 3);
}

fn source_nodes() -> Vec<NodeProto> {
    let mut gate = node("Mul", &["sine", "voiced"], "gated");
    gate.name = "/generator/m_source/l_sin_gen/Mul_6".to_owned();
    let mut cast = node("Cast", &["voicing"], "voiced");
    cast.attribute.push(messages::AttributeProto {
        name: "to".to_owned(),
        i: 1,
        r#type: 2,
        ..Default::default()
    });
    vec![cast, gate]
}

#[test]
fn noise_has_the_published_strength_and_is_the_same_each_time() {
    let mut nodes = read(&source_nodes());
    let mut constants = Vec::new();
    edits::add_noise(&mut nodes, &mut constants).expect("finds its place");
    let bytes = file(
        nodes.write(),
        &constants,
        &[("voicing", 3), ("sine", 3)],
        "gated",
    );

    let deviation = |voiced: f32| {
        let sine = NdTensor::<f32, 3>::zeros([1, 5000, 9]);
        let voicing = NdTensor::<f32, 3>::full([1, 5000, 9], voiced);
        let noise = || {
            run(
                bytes.clone(),
                &[("voicing", voicing.view()), ("sine", sine.view())],
                "gated",
            )
        };
        assert_eq!(noise(), noise(), "the same words must give the same sound");
        let noise = noise();
        (noise.iter().map(|x| x * x).sum::<f32>() / noise.len() as f32).sqrt()
    };
    assert!((deviation(0.0) - 0.1 / 3.0).abs() < 0.001);
    assert!((deviation(1.0) - 0.003).abs() < 0.0001);
}

#[test]
fn quantised_convolutions_are_padded_with_the_zero_point() {
    // 0 is the byte 200: of an input that is 0 everywhere every sum must be 0, at the ends too.
    let byte = |name: &str, values: &[u8]| TensorProto {
        dims: if values.len() == 1 {
            vec![]
        } else {
            vec![1, 1, values.len() as i64]
        },
        data_type: 2,
        name: name.to_owned(),
        raw_data: values.to_vec(),
    };
    let constants = || {
        vec![
            byte("x", &[200; 6]),
            byte("kernel", &[130, 140, 150]),
            byte("x_zero", &[200]),
            byte("kernel_zero", &[128]),
            TensorProto::floats("scale", &[], &[1.0]),
        ]
    };
    let mut to_float = node("Cast", &["sums"], "numbers");
    to_float.attribute.push(messages::AttributeProto {
        name: "to".to_owned(),
        i: 1,
        r#type: 2,
        ..Default::default()
    });
    let operators = [
        node(
            "ConvInteger",
            &["x", "kernel", "x_zero", "kernel_zero"],
            "sums",
        )
        .ints("pads", &[1, 1])
        .ints("strides", &[1])
        .ints("dilations", &[1]),
        to_float,
        node("Mul", &["numbers", "by"], "out"),
    ];
    let mut nodes = read(&operators);
    let mut with_padding = constants();
    edits::pad_with_zero_point(&mut nodes, &mut with_padding).expect("finds its places");
    let bytes = file(nodes.write(), &with_padding, &[("by", 3)], "out");
    let by = NdTensor::<f32, 3>::full([1, 1, 6], 1.0);
    assert_eq!(run(bytes, &[("by", by.view())], "out"), [0.0; 6]);
}

/// All the places but the convolutions, and an operator that no edit knows.
fn whole() -> Vec<u8> {
    let mut other = node("Mystery", &["x"], "y")
        .ints("numbers", &[1, -2, 3])
        .float("f", 0.25);
    other.doc_string = "kept".to_owned();
    let mut nodes = vec![other, fused()];
    nodes.extend(phase_nodes());
    nodes.extend(source_nodes());
    let nodes = nodes.iter().map(NodeProto::encode_to_vec).collect();
    file(
        nodes,
        &[TensorProto::floats("weights", &[2], &[1.0, 2.0])],
        &[("a", 3)],
        "phase",
    )
}

#[test]
fn everything_else_is_carried_over() {
    let (before, after) = (whole(), prepare(&whole()).expect("prepares"));
    let graph = |bytes: &[u8]| {
        let file = ModelProto::decode(bytes).expect("a model");
        GraphProto::decode(file.graph.expect("a graph").as_slice()).expect("a graph")
    };
    let (before, after) = (graph(&before), graph(&after));
    assert_eq!(before.node[0], after.node[0]);
    assert_eq!(before.initializer[0], after.initializer[0]);
    assert_eq!(before.value_info, after.value_info);
    assert_eq!(after.node.len(), before.node.len() + 1 + 3 + 5);
}

#[test]
fn a_prepared_model_is_left_alone() {
    let once = prepare(&whole()).expect("prepares");
    assert_eq!(prepare(&once).expect("prepares"), once);
}

#[test]
fn what_is_not_the_model_is_refused() {
    assert!(matches!(prepare(b""), Err(PrepareError::Unknown(_))));
    assert!(matches!(
        prepare(b"<html>not found</html>"),
        Err(PrepareError::NotOnnx(_))
    ));
    let empty = file(Vec::new(), &[], &[], "x");
    assert!(matches!(prepare(&empty), Err(PrepareError::Unknown(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = prepare(&bytes);
    }

    #[test]
    fn no_damage_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = whole();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = prepare(&bytes);
        bytes.truncate(length.index(bytes.len()));
        let _ = prepare(&bytes);
    }
}
