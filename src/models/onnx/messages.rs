//! The few messages of [`onnx.proto3`] that the edits need.
//!
//! A field whose inside does not matter here is declared as bytes, which protobuf
//! encodes in the same way as a message: so it passes through unread.
//!
//! Repeated numbers are not packed: ONNX is a proto2 schema.
//!
//! [`onnx.proto3`]: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3

use prost::Message;

/// `onnx.TensorProto.DataType.FLOAT`.
pub const FLOAT: i32 = 1;

/// The file.
#[derive(Clone, PartialEq, Message)]
pub struct ModelProto {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(string, tag = "3")]
    pub producer_version: String,
    #[prost(string, tag = "4")]
    pub domain: String,
    #[prost(int64, tag = "5")]
    pub model_version: i64,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(bytes = "vec", optional, tag = "7")]
    pub graph: Option<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    pub opset_import: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "14")]
    pub metadata_props: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "20")]
    pub training_info: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "25")]
    pub functions: Vec<Vec<u8>>,
}

/// The graph: operators, weights, and what is known of the values between them.
#[derive(Clone, PartialEq, Message)]
pub struct GraphProto {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub node: Vec<Vec<u8>>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub initializer: Vec<Vec<u8>>,
    #[prost(string, tag = "10")]
    pub doc_string: String,
    #[prost(bytes = "vec", repeated, tag = "11")]
    pub input: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "12")]
    pub output: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "13")]
    pub value_info: Vec<ValueInfoProto>,
    #[prost(bytes = "vec", repeated, tag = "14")]
    pub quantization_annotation: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "15")]
    pub sparse_initializer: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "16")]
    pub metadata_props: Vec<Vec<u8>>,
}

/// An operator.
#[derive(Clone, PartialEq, Message)]
pub struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<AttributeProto>,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// A setting of an operator.
#[derive(Clone, PartialEq, Message)]
pub struct AttributeProto {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub s: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "5")]
    pub t: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "6")]
    pub g: Option<Vec<u8>>,
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub floats: Vec<f32>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub strings: Vec<Vec<u8>>,
    #[prost(int32, tag = "20")]
    pub r#type: i32,
}

/// A constant.
#[derive(Clone, PartialEq, Message)]
pub struct TensorProto {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
}

/// The type of a value.
#[derive(Clone, PartialEq, Message)]
pub struct ValueInfoProto {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(bytes = "vec", optional, tag = "2")]
    pub r#type: Option<Vec<u8>>,
    #[prost(string, tag = "3")]
    pub doc_string: String,
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub metadata_props: Vec<Vec<u8>>,
}

/// A type, read only to learn a tensor's rank.
#[derive(Clone, PartialEq, Message)]
pub struct TypeProto {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorTypeProto>,
}

/// `onnx.TypeProto.Tensor`.
#[derive(Clone, PartialEq, Message)]
pub struct TensorTypeProto {
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<ShapeProto>,
}

/// `onnx.TensorShapeProto`.
#[derive(Clone, PartialEq, Message)]
pub struct ShapeProto {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub dim: Vec<Vec<u8>>,
}

impl NodeProto {
    /// An operator of the standard set.
    pub fn new(name: &str, op_type: &str, input: &[&str], output: &str) -> Self {
        Self {
            input: input.iter().map(ToString::to_string).collect(),
            output: vec![output.to_owned()],
            name: name.to_owned(),
            op_type: op_type.to_owned(),
            ..Self::default()
        }
    }

    /// With an attribute of whole numbers.
    pub fn ints(mut self, name: &str, ints: &[i64]) -> Self {
        const INTS: i32 = 7;
        let ints = ints.to_vec();
        self.attribute.push(AttributeProto {
            name: name.to_owned(),
            ints,
            r#type: INTS,
            ..Default::default()
        });
        self
    }

    /// With an attribute that is a number.
    pub fn float(mut self, name: &str, f: f32) -> Self {
        const FLOAT: i32 = 1;
        self.attribute.push(AttributeProto {
            name: name.to_owned(),
            f,
            r#type: FLOAT,
            ..Default::default()
        });
        self
    }

    /// The whole numbers of the attribute `name`, none if it is not set.
    pub fn ints_of(&self, name: &str) -> &[i64] {
        self.attribute
            .iter()
            .find(|a| a.name == name)
            .map_or(&[], |a| &a.ints)
    }

    /// The whole number of the attribute `name`, 0 if it is not set.
    pub fn int(&self, name: &str) -> i64 {
        self.attribute
            .iter()
            .find(|a| a.name == name)
            .map_or(0, |a| a.i)
    }
}

impl TensorProto {
    /// A constant of numbers with the shape `dims`.
    pub fn floats(name: &str, dims: &[i64], values: &[f32]) -> Self {
        Self {
            dims: dims.to_vec(),
            data_type: FLOAT,
            name: name.to_owned(),
            raw_data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        }
    }
}

impl TensorProto {
    /// A constant list of whole numbers.
    pub fn whole(name: &str, values: &[i64]) -> Self {
        const INT64: i32 = 7;
        Self {
            dims: vec![values.len() as i64],
            data_type: INT64,
            name: name.to_owned(),
            raw_data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        }
    }
}

impl ValueInfoProto {
    /// The number of dimensions, if the file tells it.
    pub fn rank(&self) -> Option<usize> {
        let kind = TypeProto::decode(self.r#type.as_deref()?).ok()?;
        Some(kind.tensor_type?.shape?.dim.len())
    }
}
