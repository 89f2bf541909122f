//! The network: numbers in, sound out.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::synthesis::voice::VoiceError;

/// Numbers in a style row.
const STYLE: usize = 256;
/// Rows in a style file, one for each count of symbols.
const ROWS: usize = 510;
/// Threads: two bring 1.75 times the speed of one; more is not assumed of the machine.
const THREADS: usize = 2;

/// What a file of the ONNX format begins with: its version, then its producer's name.
const ONNX: u8 = 0x08;
/// A model is never smaller than this, in bytes.
const SMALLEST: u64 = 1 << 20;

/// The model, read when it is first needed.
pub struct Engine {
    path: PathBuf,
    voices: PathBuf,
    styles: Mutex<HashMap<String, Arc<Style>>>,
    /// Held while the network runs: two runs at once would only double the memory.
    network: Mutex<Option<Network>>,
}

/// The model, ready to run.
struct Network {
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
    options: RunOptions,
}

/// A speaker's way of speaking, by the length of what is said.
pub struct Style(Vec<f32>);

impl Style {
    /// The row for so many symbols (at least 1).
    pub fn row(&self, symbols: usize) -> &[f32] {
        let row = symbols.clamp(1, ROWS) - 1;
        &self.0[row * STYLE..(row + 1) * STYLE]
    }
}

impl Engine {
    /// Finds the prepared model at `path`; style files are in the folder `voices`.
    pub fn open(path: &Path, voices: &Path) -> Result<Self, VoiceError> {
        let mut first = [0];
        let read = std::fs::File::open(path).and_then(|mut file| {
            file.read_exact(&mut first)?;
            file.metadata()
        });
        let reason = match read {
            Ok(data) if first == [ONNX] && data.len() >= SMALLEST => None,
            Ok(_) => Some("it is no model".to_owned()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Some("it is empty".to_owned())
            }
            Err(error) => {
                return Err(VoiceError::File {
                    path: path.to_owned(),
                    error,
                });
            }
        };
        match reason {
            Some(reason) => Err(VoiceError::Damaged {
                path: path.to_owned(),
                reason,
            }),
            None => Ok(Self {
                path: path.to_owned(),
                voices: voices.to_owned(),
                styles: Mutex::default(),
                network: Mutex::default(),
            }),
        }
    }

    /// Reads the model, if that has not been done.
    pub fn load(&self) -> Result<(), VoiceError> {
        self.network(|_| Ok(()))
    }

    /// Gives the network to `work`, and nobody else meanwhile.
    fn network<T>(
        &self,
        work: impl FnOnce(&Network) -> Result<T, VoiceError>,
    ) -> Result<T, VoiceError> {
        let mut network = self.network.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *network {
            Some(network) => work(network),
            none => work(none.insert(Network::read(&self.path)?)),
        }
    }

    /// Whether there is a file for the speaker `name`.
    pub fn has_style(&self, name: &str) -> Result<(), VoiceError> {
        self.style_path(name).map(|_| ())
    }

    /// The style of the speaker `name`, read from its file the first time.
    pub fn style(&self, name: &str) -> Result<Arc<Style>, VoiceError> {
        let mut styles = self.styles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(style) = styles.get(name) {
            return Ok(Arc::clone(style));
        }
        let style = Arc::new(read_style(self.style_path(name)?)?);
        styles.insert(name.to_owned(), Arc::clone(&style));
        Ok(style)
    }

    fn style_path(&self, name: &str) -> Result<PathBuf, VoiceError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let path = self.voices.join(format!("{name}.bin"));
        if name.is_empty() || !name.chars().all(plain) || !path.exists() {
            return Err(VoiceError::NoSpeaker(name.to_owned()));
        }
        Ok(path)
    }

    /// Runs the network on `numbers` (1 to 510) with a style row and a speed (1 is the
    /// model's own, more is faster). Gives samples at 24 kHz.
    pub fn run(&self, numbers: &[u8], style: &[f32], speed: f32) -> Result<Vec<f32>, VoiceError> {
        self.network(|network| network.run(numbers, style, speed))
    }
}

impl Network {
    fn read(path: &Path) -> Result<Self, VoiceError> {
        let damaged = |reason: String| VoiceError::Damaged {
            path: path.to_owned(),
            reason,
        };
        let model = Model::load_file(path).map_err(|error| damaged(error.to_string()))?;
        let node = |name| {
            model
                .node_id(name)
                .map_err(|error| damaged(error.to_string()))
        };
        let inputs = [node("tokens")?, node("style")?, node("speed")?];
        let output = node("audio")?;
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(THREADS);
        let pool = Arc::new(ThreadPool::with_num_threads(threads));
        Ok(Self {
            model,
            inputs,
            output,
            options: RunOptions::default().with_thread_pool(Some(pool)),
        })
    }

    fn run(&self, numbers: &[u8], style: &[f32], speed: f32) -> Result<Vec<f32>, VoiceError> {
        let failed = |error: rten::RunError| VoiceError::Failed(error.to_string());
        let padded = std::iter::once(0)
            .chain(numbers.iter().map(|&n| i32::from(n)))
            .chain([0]);
        let tokens: Vec<i32> = padded.collect();
        let tokens = NdTensor::from_data([1, tokens.len()], tokens);
        let style = NdTensorView::from_data([1, STYLE], style);
        let speed = NdTensor::from_data([1], vec![speed]);

        let inputs = vec![
            (self.inputs[0], tokens.view().into()),
            (self.inputs[1], style.into()),
            (self.inputs[2], speed.view().into()),
        ];
        let [audio] = self
            .model
            .run_n(inputs, [self.output], Some(self.options.clone()))
            .map_err(failed)?;
        audio
            .into_shape_vec::<f32, 1>()
            .map(|(_, samples)| samples)
            .map_err(|error| VoiceError::Failed(error.to_string()))
    }
}

/// Reads a style file: 510 rows of 256 numbers, f32, little endian.
fn read_style(path: PathBuf) -> Result<Style, VoiceError> {
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return Err(VoiceError::File { path, error }),
    };
    let (numbers, rest) = bytes.as_chunks::<4>();
    let style: Vec<f32> = numbers
        .iter()
        .map(|&four| f32::from_le_bytes(four))
        .collect();
    if !rest.is_empty() || style.len() != ROWS * STYLE || !style.iter().all(|n| n.is_finite()) {
        let reason = format!("{} bytes instead of {}", bytes.len(), ROWS * STYLE * 4);
        return Err(VoiceError::Damaged { path, reason });
    }
    Ok(Style(style))
}
