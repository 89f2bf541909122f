//! Reading CTranslate2's `model.bin`, version 6.
//!
//! The file is, all little-endian: u32 version; the name of the architecture; u32 revision; u32
//! number of variables; for each variable its name, u8 rank, u32 for each dimension, u8 element
//! type, u32 bytes, and the data; then u32 number of aliases, each a name and the name that it
//! stands for. A name is a u16 length, which counts the closing NUL, and the bytes.
//!
//! Every length is checked against the file before anything is allocated or skipped, so that a
//! broken or hostile file gives an error, and only what is asked for is read into memory.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use half::f16;

const VERSION: u32 = 6;
const ARCHITECTURE: &str = "WhisperSpec";

/// Why a CTranslate2 model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Ct2Error {
    /// The system cannot read it.
    #[error("cannot read the CTranslate2 model: {0}")]
    Io(#[from] io::Error),
    /// It is something else, or of another version.
    #[error("this is no CTranslate2 Whisper model of version {VERSION}")]
    NotWhisper,
    /// It ends too early, or has something more at the end.
    #[error("the CTranslate2 model is cut short or damaged: wrong length at byte {0}")]
    Length(u64),
    /// A name is empty, without its NUL, not UTF-8, or there twice.
    #[error("the CTranslate2 model is damaged: bad name before byte {0}")]
    Name(u64),
    /// A variable that must be there is not.
    #[error("the CTranslate2 model lacks {0:?}")]
    Missing(String),
    /// A variable has another element type or shape than it must have.
    #[error("{name:?} of the CTranslate2 model has an unexpected {what}")]
    Unexpected {
        /// The variable.
        name: String,
        /// What is unexpected: its type or its shape.
        what: &'static str,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    F32,
    I8,
    I16,
    I32,
    F16,
}

impl Element {
    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::F32,
            1 => Self::I8,
            2 => Self::I16,
            3 => Self::I32,
            4 => Self::F16,
            _ => return None,
        })
    }

    fn bytes(self) -> u64 {
        match self {
            Self::I8 => 1,
            Self::I16 | Self::F16 => 2,
            Self::F32 | Self::I32 => 4,
        }
    }
}

#[derive(Debug)]
struct Variable {
    shape: Vec<usize>,
    element: Element,
    /// Where its data begins in the file.
    at: u64,
}

/// The table of contents of a model, and the reader that its data comes from.
#[derive(Debug)]
pub struct Ct2Model<R> {
    reader: R,
    variables: BTreeMap<String, Variable>,
}

impl<R: Read + Seek> Ct2Model<R> {
    /// Reads the table of contents.
    ///
    /// # Errors
    /// If the file is of another kind or version, or damaged.
    pub fn read(reader: R) -> Result<Self, Ct2Error> {
        let mut contents = Contents::new(reader)?;
        if contents.u32()? != VERSION || contents.name()? != ARCHITECTURE {
            return Err(Ct2Error::NotWhisper);
        }
        let _revision = contents.u32()?;
        let mut variables = BTreeMap::new();
        for _ in 0..contents.u32()? {
            let name = contents.name()?;
            let variable = contents.variable(&name)?;
            if variables.insert(name, variable).is_some() {
                return Err(Ct2Error::Name(contents.at));
            }
        }
        // No alias is needed: Whisper's only one makes the output projection the embedding.
        for _ in 0..contents.u32()? {
            contents.name()?;
            contents.name()?;
        }
        if contents.at != contents.end {
            return Err(Ct2Error::Length(contents.at));
        }
        Ok(Self {
            reader: contents.reader.into_inner(),
            variables,
        })
    }

    /// The names of all variables, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// The dimensions of a variable, slowest first.
    ///
    /// # Errors
    /// If there is no such variable.
    pub fn shape(&self, name: &str) -> Result<&[usize], Ct2Error> {
        self.variable(name)
            .map(|variable| variable.shape.as_slice())
    }

    /// The value of a variable that is one whole number.
    ///
    /// # Errors
    /// If there is no such variable, or it is something else.
    pub fn integer(&mut self, name: &str) -> Result<i32, Ct2Error> {
        let variable = self.variable(name)?;
        let (element, at) = (variable.element, variable.at);
        if variable.shape.iter().product::<usize>() != 1 {
            return Err(Ct2Error::Unexpected {
                name: name.to_owned(),
                what: "shape",
            });
        }
        Ok(match element {
            Element::I8 => i8::from_le_bytes(self.array(at)?).into(),
            Element::I16 => i16::from_le_bytes(self.array(at)?).into(),
            Element::I32 => i32::from_le_bytes(self.array(at)?),
            Element::F16 | Element::F32 => {
                return Err(Ct2Error::Unexpected {
                    name: name.to_owned(),
                    what: "type",
                });
            }
        })
    }

    /// Replaces the contents of `out` by a range of a variable's numbers, counted as if it had
    /// one dimension. Float and half-float variables only.
    ///
    /// # Errors
    /// If there is no such variable, it holds whole numbers, or the range goes beyond it.
    pub fn floats(
        &mut self,
        name: &str,
        range: Range<usize>,
        out: &mut Vec<f32>,
    ) -> Result<(), Ct2Error> {
        let variable = self.variable(name)?;
        let (element, at) = (variable.element, variable.at);
        let unexpected = |what| Ct2Error::Unexpected {
            name: name.to_owned(),
            what,
        };
        if range.start > range.end || range.end > variable.shape.iter().product() {
            return Err(unexpected("shape"));
        }
        if !matches!(element, Element::F16 | Element::F32) {
            return Err(unexpected("type: a float16 or float32 model is needed"));
        }
        let mut bytes = vec![0; range.len() * element.bytes() as usize];
        self.reader
            .seek(SeekFrom::Start(at + range.start as u64 * element.bytes()))?;
        self.reader.read_exact(&mut bytes)?;
        out.clear();
        if element == Element::F16 {
            let (halves, _) = bytes.as_chunks();
            out.extend(halves.iter().map(|&half| f16::from_le_bytes(half).to_f32()));
        } else {
            let (floats, _) = bytes.as_chunks();
            out.extend(floats.iter().map(|&float| f32::from_le_bytes(float)));
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<&Variable, Ct2Error> {
        self.variables
            .get(name)
            .ok_or_else(|| Ct2Error::Missing(name.to_owned()))
    }

    fn array<const N: usize>(&mut self, at: u64) -> Result<[u8; N], Ct2Error> {
        let mut bytes = [0; N];
        self.reader.seek(SeekFrom::Start(at))?;
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Goes through the file once, never beyond its end.
struct Contents<R> {
    reader: BufReader<R>,
    at: u64,
    end: u64,
}

impl<R: Read + Seek> Contents<R> {
    fn new(mut reader: R) -> io::Result<Self> {
        let end = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        Ok(Self {
            reader: BufReader::new(reader),
            at: 0,
            end,
        })
    }

    /// Counts `bytes` as passed, if the file has them.
    fn pass(&mut self, bytes: u64) -> Result<(), Ct2Error> {
        if bytes > self.end - self.at {
            return Err(Ct2Error::Length(self.at));
        }
        self.at += bytes;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Ct2Error> {
        self.pass(N as u64)?;
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, Ct2Error> {
        self.array().map(u32::from_le_bytes)
    }

    fn name(&mut self) -> Result<String, Ct2Error> {
        let length = u16::from_le_bytes(self.array()?);
        self.pass(length.into())?;
        let mut bytes = vec![0; length.into()];
        self.reader.read_exact(&mut bytes)?;
        let nul = bytes.pop();
        match String::from_utf8(bytes) {
            Ok(name) if nul == Some(0) && !name.is_empty() => Ok(name),
            _ => Err(Ct2Error::Name(self.at)),
        }
    }

    fn variable(&mut self, name: &str) -> Result<Variable, Ct2Error> {
        let [rank] = self.array()?;
        let shape: Vec<u32> = (0..rank).map(|_| self.u32()).collect::<Result<_, _>>()?;
        let [code] = self.array()?;
        let element = Element::from_code(code).ok_or_else(|| Ct2Error::Unexpected {
            name: name.to_owned(),
            what: "type",
        })?;
        let bytes = u64::from(self.u32()?);
        let expected = (shape.iter()).try_fold(element.bytes(), |product, &length| {
            product.checked_mul(length.into())
        });
        if expected != Some(bytes) {
            return Err(Ct2Error::Length(self.at));
        }
        let at = self.at;
        self.pass(bytes)?;
        self.reader
            .seek_relative(i64::try_from(bytes).unwrap_or(i64::MAX))?;
        Ok(Variable {
            shape: shape.into_iter().map(|length| length as usize).collect(),
            element,
            at,
        })
    }
}
