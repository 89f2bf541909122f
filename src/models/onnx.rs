//! The edit that makes the neural voice's ONNX file fit the runtime.

/// Why an ONNX file cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {}

/// Takes an ONNX file as it was published and gives it as the runtime needs it. As yet the two
/// are the same.
///
/// # Errors
/// None as yet.
pub fn prepare(model: &[u8]) -> Result<Vec<u8>, PrepareError> {
    Ok(model.to_vec())
}
