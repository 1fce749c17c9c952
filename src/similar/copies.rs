//! The table of signatures, and what it finds.

use std::hint::black_box;

use super::band::{Band, Hash, MOST, Place};
use super::signature::{BANDS, Signature};
use crate::error::{Error, ErrorKind, Result};

/// Entries of a band's value that a query looks at, the newest first.
const WALK: usize = 64;

/// Entries that are allocated together, so that growth neither copies nor doubles.
const CHUNK: usize = 1024;

/// A complaint that may say the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The number under which it was inserted.
    pub number: u32,
    /// Estimated Jaccard similarity, 0 to 1: see [`Signature::likeness`].
    pub likeness: f32,
}

/// Near-copies among millions: a table in memory of signatures under numbers (locality-sensitive hashing by bands).
///
/// Which pairs are found with which probability stands at [`similar`](super). Nothing is ever taken out: who deletes
/// a complaint, or signs another version of it, passes over the old answers or makes the table anew.
///
/// Memory: 150 to 220 bytes an entry, from ten thousand entries on. Time: a query follows 12 bands and looks at no more
/// than the 64 newest entries of each, however many complaints there are and however often one message was handed on. With
/// drawn signatures the median is 0.7 microseconds at ten thousand entries and 1.6 at ten million; with the texts of
/// [`generate`](crate::generate), which repeat each other more than people do, 1.2 at ten thousand and 16 at a million (p99
/// 97), most of it spent on candidates. Where more than 64 have the same band, the older ones are found by another band or
/// not at all: of a message with 500,000 copies a query gives the newest, which is enough to know that it is one. Any
/// number of threads may ask at the same time.
#[derive(Debug, Clone)]
pub struct Copies {
    chunks: Vec<Vec<Entry>>,
    count: u32,
    bands: [Band; BANDS],
}

#[derive(Debug, Clone)]
struct Entry {
    signature: Signature,
    number: u32,
    /// In each band, the entry before this one with the same value.
    before: [Place; BANDS],
}

impl Copies {
    /// An empty table: 50 KiB.
    pub fn new() -> Self {
        Self { chunks: Vec::new(), count: 0, bands: std::array::from_fn(|_| Band::new()) }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes on the heap, all buffers included.
    pub fn bytes(&self) -> usize {
        self.chunks.capacity() * size_of::<Vec<Entry>>()
            + self.chunks.len() * CHUNK * size_of::<Entry>()
            + self.bands.iter().map(Band::bytes).sum::<usize>()
    }

    /// Puts a signature in under a number. That of a text without words is like nothing and is left out. A number may
    /// come again with another signature; it is then found by both.
    ///
    /// Now and then an insertion splits pages of 1,024 slots, which takes about 0.1 ms for each; there is no pause in
    /// which the whole table grows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Full`] when there are 2²⁸ − 1 entries.
    pub fn insert(&mut self, number: u32, signature: &Signature) -> Result<()> {
        if signature.is_empty() {
            return Ok(());
        }
        if self.count == MOST {
            let message =
                format!("the table of copies holds {MOST} signatures, as many as it can: divide it");
            return Err(Error::new(ErrorKind::Full, message));
        }
        let values = signature.bands();
        let hashes = values.map(Hash::new);
        self.touch(&hashes);
        let place = self.count + 1;
        let mut before = [0; BANDS];
        for (at, band) in self.bands.iter_mut().enumerate() {
            let value_of = |place| entry(&self.chunks, place).signature.band(at);
            let same = |place| value_of(place) == values[at];
            before[at] = band.replace(hashes[at], place, same, value_of);
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(Entry { signature: *signature, number, before });
            self.count = place;
        }
        Ok(())
    }

    /// Replaces what `found` held by the `limit` entries most like `signature`: the likest first, of equals that with
    /// the highest number. Each number stands there once.
    ///
    /// What has one band in common is a candidate, however unlike the rest may be: `likeness` tells them apart.
    pub fn query(&self, signature: &Signature, limit: usize, found: &mut Vec<Candidate>) {
        found.clear();
        if signature.is_empty() {
            return;
        }
        let values = signature.bands();
        let hashes = values.map(Hash::new);
        self.touch(&hashes);
        for (at, band) in self.bands.iter().enumerate() {
            let same = |place| entry(&self.chunks, place).signature.band(at) == values[at];
            let mut place = band.find(hashes[at], same);
            for _ in 0..WALK {
                if place == 0 {
                    break;
                }
                let entry = entry(&self.chunks, place);
                let likeness = signature.likeness(&entry.signature);
                found.push(Candidate { number: entry.number, likeness });
                place = entry.before[at];
            }
        }
        let likest = |a: &Candidate, b: &Candidate| b.likeness.total_cmp(&a.likeness);
        let newest = |a: &Candidate, b: &Candidate| b.number.cmp(&a.number);
        found.sort_unstable_by(|a, b| newest(a, b).then(likest(a, b)));
        found.dedup_by_key(|candidate| candidate.number);
        found.sort_unstable_by(|a, b| likest(a, b).then(newest(a, b)));
        found.truncate(limit);
    }

    /// Begins to fetch the first slot of every band.
    fn touch(&self, hashes: &[Hash; BANDS]) {
        black_box(self.bands.iter().zip(hashes).fold(0, |sum, (band, &hash)| sum ^ band.touch(hash)));
    }
}

impl Default for Copies {
    fn default() -> Self {
        Self::new()
    }
}

fn entry(chunks: &[Vec<Entry>], place: Place) -> &Entry {
    let at = place as usize - 1;
    &chunks[at / CHUNK][at % CHUNK]
}
