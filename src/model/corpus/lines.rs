//! One text a line.

use std::io::BufRead;

use super::plan::Plan;
use super::{Batch, Failure, Layout, Source, utf8};

/// Longest line that is read, in bytes; what is longer is no complaint and may be no text at all.
pub(super) const LONGEST_LINE: usize = 16 << 20;

pub(super) struct Lines<R> {
    input: NumberedLines<R>,
    plan: Plan,
}

pub(super) fn open<R: BufRead>(input: R, plan: Plan) -> Lines<R> {
    Lines { input: NumberedLines::new(input, 0), plan }
}

impl<R: BufRead> Source for Lines<R> {
    fn layout(&self) -> Layout {
        (self.plan.width(), self.plan.slots())
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        while batch.len() < limit {
            let Some((number, line)) = self.input.next()? else { return Ok(false) };
            match line.and_then(utf8) {
                Ok(text) => {
                    batch.push(text);
                    batch.end_field();
                    batch.push_line_as_id(number);
                    batch.end_field();
                    batch.end_row(number);
                }
                Err(reason) => batch.reject(number, reason),
            }
        }
        Ok(true)
    }
}

/// Lines without their ends, numbered from 1; a byte-order mark before the first is skipped.
pub(super) struct NumberedLines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> NumberedLines<R> {
    /// Lines that follow `above` others.
    pub(super) fn new(input: R, above: u64) -> Self {
        Self { input, number: above, buffer: Vec::new() }
    }

    /// The next line, or why it is not given; `None` at the end.
    #[allow(clippy::type_complexity)] // A number, and bytes or a reason: a name for it would hide that.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Result<&[u8], String>)>, Failure> {
        self.buffer.clear();
        let mut limited = std::io::Read::take(&mut self.input, LONGEST_LINE as u64);
        if limited.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.buffer.len() == LONGEST_LINE && self.buffer.last() != Some(&b'\n') {
            self.input.skip_until(b'\n')?;
            return Ok(Some((self.number, Err(format!("longer than {LONGEST_LINE} bytes: split it")))));
        }
        let mut line = self.buffer.as_slice();
        line = line.strip_suffix(b"\n").unwrap_or(line);
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.number == 1 {
            line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
        }
        Ok(Some((self.number, Ok(line))))
    }
}
