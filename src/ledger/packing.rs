//! Decisions as the ledger keeps them: JSON, packed by zstd with a dictionary that stands in the store itself.
//!
//! A decision's JSON has 1.2 KB, most of it the same in all of them; packed it has 170 bytes.

use zstd::bulk::{Compressor, Decompressor};

use super::version::digest;
use crate::error::{Error, ErrorKind, Result};
use crate::routing::Decision;

/// The dictionary of new stores, made by `examples/fit_dictionary.rs` from decisions on the shipped sample.
pub(super) const DICTIONARY: &[u8] = include_bytes!("../../data/store/decisions.zdict");
/// Quick rather than small: a higher level gains a tenth and takes five times as long.
const LEVEL: i32 = 1;
/// No decision is longer, in bytes.
const LONGEST: usize = 16 << 20;

/// Packs decisions, in buffers that are used again; one a thread.
pub struct Packer {
    compressor: Compressor<'static>,
    json: Vec<u8>,
    packed: Vec<u8>,
}

impl Packer {
    /// With the dictionary of a store: [`Ledger::dictionary`](super::Ledger::dictionary).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when it cannot be used.
    pub fn new(dictionary: &[u8]) -> Result<Self> {
        let compressor = Compressor::with_dictionary(LEVEL, dictionary);
        let compressor = compressor.map_err(|error| {
            Error::because(ErrorKind::Store, format!("cannot prepare the store's dictionary: {error}"), error)
        })?;
        Ok(Self { compressor, json: Vec::new(), packed: Vec::new() })
    }

    /// A decision, packed, and the digest of its JSON.
    pub(super) fn pack(&mut self, decision: &Decision<'_>) -> Result<(Vec<u8>, i64)> {
        let Self { compressor, json, packed } = self;
        json.clear();
        let cannot = |error: std::io::Error| {
            Error::because(ErrorKind::Store, format!("cannot pack a decision: {error}"), error)
        };
        serde_json::to_writer(&mut *json, decision).map_err(|error| cannot(error.into()))?;
        packed.clear();
        packed.reserve(zstd::zstd_safe::compress_bound(json.len()));
        compressor.compress_to_buffer(json, packed).map_err(cannot)?;
        Ok((packed.clone(), digest(json)))
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer")
    }
}

/// Unpacks decisions; one a thread.
pub(super) struct Unpacker(Decompressor<'static>);

impl Unpacker {
    pub(super) fn new(dictionary: &[u8]) -> Result<Self> {
        let decompressor = Decompressor::with_dictionary(dictionary);
        decompressor.map(Self).map_err(|error| {
            Error::because(ErrorKind::Store, format!("cannot read the store's dictionary: {error}"), error)
        })
    }

    pub(super) fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>> {
        let capacity = Decompressor::<'_>::upper_bound(packed).unwrap_or(LONGEST).min(LONGEST);
        self.0.decompress(packed, capacity).map_err(|error| {
            Error::because(ErrorKind::Store, format!("a decision of the ledger is damaged: {error}"), error)
        })
    }
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unpacker")
    }
}
