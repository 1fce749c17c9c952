//! JSON objects in a list: an array, or an object that holds one; without reading the whole into memory.

use std::io::{BufRead, Cursor, Read};

use super::json::{self, Objects};
use super::lines::LONGEST_LINE;
use super::plan::Plan;
use super::{Batch, Failure, Layout, Source, utf8};

/// What a member is called whose list holds the rows.
const LISTS: [&str; 6] = ["service_requests", "requests", "request", "data", "results", "items"];

/// The elements of an array, one after another.
pub(super) struct List<R> {
    bytes: Bytes<R>,
    objects: Objects,
    /// An array is open.
    open: bool,
    /// What follows the array is part of the object around it.
    wrapped: bool,
    element: Vec<u8>,
}

/// Finds out what the input is: a list, or JSON lines.
pub(super) fn open<'r>(
    input: impl BufRead + Send + 'r,
    plan: Plan,
) -> Result<Box<dyn Source + Send + 'r>, Failure> {
    let mut bytes = Bytes { input, line: 1 };
    let first = bytes.skip(|byte| byte.is_ascii_whitespace() || [0xEF, 0xBB, 0xBF].contains(&byte))?;
    let objects = Objects::new(plan);
    if first != Some(b'{') {
        return Ok(Box::new(List { bytes, objects, open: false, wrapped: false, element: Vec::new() }));
    }
    // An object: a list is in it, or it is the first of many.
    let above = bytes.line - 1;
    let mut object = Vec::new();
    if bytes.object_or_list(&mut object)? {
        return Ok(Box::new(List { bytes, objects, open: true, wrapped: true, element: Vec::new() }));
    }
    Ok(Box::new(json::Json::new(Cursor::new(object).chain(bytes.input), above, objects)))
}

impl<R: BufRead> Source for List<R> {
    fn layout(&self) -> Layout {
        self.objects.layout()
    }

    fn read(&mut self, batch: &mut Batch, limit: usize) -> Result<bool, Failure> {
        while batch.len() < limit {
            let Some(byte) = self.bytes.skip(|byte| byte.is_ascii_whitespace() || byte == b',')? else {
                if std::mem::take(&mut self.open) {
                    batch.reject(self.bytes.line, "the list does not end: the file may be cut");
                }
                return Ok(false);
            };
            let line = self.bytes.line;
            if !self.open {
                if byte != b'[' {
                    batch.reject(line, "not a JSON array, and nothing that follows is read: give an array of objects or JSON lines");
                    self.bytes.skip(|_| true)?;
                    return Ok(false);
                }
                self.bytes.input.consume(1);
                self.open = true;
                continue;
            }
            if byte == b']' {
                self.bytes.input.consume(1);
                self.open = false;
                if self.wrapped {
                    self.bytes.skip(|_| true)?;
                    return Ok(false);
                }
                continue;
            }
            self.element.clear();
            self.bytes.value(&mut self.element)?;
            if self.element.len() >= LONGEST_LINE {
                batch.reject(
                    line,
                    format!("longer than {LONGEST_LINE} bytes: a bracket or quote may be missing"),
                );
                continue;
            }
            match utf8(&self.element) {
                Ok(object) => self.objects.read(object, batch, line),
                Err(reason) => batch.reject(line, reason),
            }
        }
        Ok(true)
    }
}

/// Bytes and the line they stand in.
struct Bytes<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Bytes<R> {
    /// Passes over bytes and gives the next, which stays where it is.
    fn skip(&mut self, passed: impl Fn(u8) -> bool) -> Result<Option<u8>, Failure> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let end = buffer.iter().position(|&byte| !passed(byte));
            let skipped = end.unwrap_or(buffer.len());
            let next = end.map(|end| buffer[end]);
            self.pass(skipped);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Moves one value to `value`, up to the comma or bracket behind it; what is beyond the longest length is passed
    /// over.
    fn value(&mut self, value: &mut Vec<u8>) -> Result<(), Failure> {
        let mut nesting = Nesting::default();
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|&byte| {
                let ends = nesting.depth == 0 && !nesting.quoted && matches!(byte, b',' | b']');
                nesting.pass(byte);
                ends
            });
            let taken = end.unwrap_or(buffer.len());
            let room = LONGEST_LINE.saturating_sub(value.len());
            value.extend_from_slice(&buffer[..taken.min(room)]);
            let ended = end.is_some() || buffer.is_empty();
            self.pass(taken);
            if ended {
                return Ok(());
            }
        }
    }

    /// Moves an object to `object` until it ends, or a list by one of the names in [`LISTS`] opens in it, which gives
    /// `true`. Stops at the longest length too.
    fn object_or_list(&mut self, object: &mut Vec<u8>) -> Result<bool, Failure> {
        let mut nesting = Nesting::default();
        let (mut key, mut is_key) = (Vec::new(), false);
        while object.len() < LONGEST_LINE {
            let Some(byte) = self.skip(|_| false)? else { break };
            object.push(byte);
            self.pass(1);
            let was_quoted = nesting.quoted;
            nesting.pass(byte);
            match byte {
                _ if was_quoted && nesting.quoted => key.push(byte),
                b'"' if nesting.quoted => key.clear(),
                b':' if !was_quoted => is_key = true,
                b'[' if is_key && nesting.depth <= 3 && LISTS.iter().any(|list| list.as_bytes() == key) => {
                    return Ok(true);
                }
                _ if nesting.depth == 0 => return Ok(false),
                _ => is_key &= byte.is_ascii_whitespace(),
            }
        }
        Ok(false)
    }

    fn pass(&mut self, bytes: usize) {
        if let Ok(buffer) = self.input.fill_buf() {
            self.line += memchr::memchr_iter(b'\n', &buffer[..bytes]).count() as u64;
        }
        self.input.consume(bytes);
    }
}

/// How deep in brackets, and whether in a string.
#[derive(Default)]
struct Nesting {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Nesting {
    fn pass(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.quoted => self.escaped = true,
            b'"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
