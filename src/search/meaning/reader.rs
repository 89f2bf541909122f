//! Little-endian numbers from a byte slice; `None` at its end.

/// Reads one after the other, and tensors by their place.
pub(super) struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    pub fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let bytes = self.all.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(|[b]| b)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f32(&mut self) -> Option<f32> {
        self.array().map(f32::from_le_bytes)
    }

    /// A count or index.
    pub fn size(&mut self) -> Option<usize> {
        self.u32().and_then(|n| usize::try_from(n).ok())
    }

    pub fn f32s(&mut self, n: usize) -> Option<Vec<f32>> {
        let bytes = self.bytes(n.checked_mul(4)?)?;
        Some(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect(),
        )
    }

    pub fn u32s(&mut self, n: usize) -> Option<Vec<u32>> {
        let bytes = self.bytes(n.checked_mul(4)?)?;
        Some(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| u32::from_le_bytes(*b))
                .collect(),
        )
    }

    /// The bytes from `offset` to the end of the file.
    pub fn from(&self, offset: u64) -> Option<&'a [u8]> {
        self.all.get(usize::try_from(offset).ok()?..)
    }
}
