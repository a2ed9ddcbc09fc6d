//! A stream of JSON text: decompressed, limited, and remembered up to a point.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::KEPT;

/// First bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What some programs put before a text in UTF-8. It says nothing.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) struct Source<'a> {
    text: BufReader<Box<dyn Read + 'a>>,
    is_gzip: bool,
    left: u64,
    too_large: bool,
    kept: Vec<u8>,
    total: u64,
}

impl<'a> Source<'a> {
    pub fn new(input: impl Read + 'a, limit: u64) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let is_gzip = input.fill_buf()?.starts_with(&GZIP);
        let text: Box<dyn Read + 'a> = if is_gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) };
        let text = BufReader::with_capacity(1 << 16, text);
        Ok(Self { text, is_gzip, left: limit, too_large: false, kept: Vec::new(), total: 0 })
    }

    pub fn is_gzip(&self) -> bool {
        self.is_gzip
    }

    /// Whether the limit was passed.
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// The whole text, if it is short enough to have been kept and was read to its end.
    pub fn kept(&self) -> Option<&[u8]> {
        (self.total == self.kept.len() as u64).then_some(&self.kept)
    }

    /// Reads on, to the end or until no more is kept.
    pub fn read_to_kept(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        while self.kept().is_some() && self.read(&mut buffer)? > 0 {}
        Ok(())
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.total == 0 && self.text.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            self.text.consume(BYTE_ORDER_MARK.len());
        }
        let read = self.text.read(buffer)?;
        if read as u64 > self.left {
            self.too_large = true;
            return Err(io::Error::other("longer than allowed"));
        }
        self.left -= read as u64;
        self.total += read as u64;
        if self.total <= KEPT as u64 {
            self.kept.extend_from_slice(&buffer[..read]);
        } else {
            self.kept = Vec::new(); // a part of the text would not help
        }
        Ok(read)
    }
}
