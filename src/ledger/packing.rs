//! Decisions as the ledger keeps them: JSON, packed by zstd with a dictionary that stands in the store itself.
//!
//! A decision's JSON has 1.2 KB, most of it the same in all of them; packed it has 170 bytes.

use zstd::bulk::{Compressor, Decompressor};

use crate::error::{Error, ErrorKind, Result};

/// The dictionary of new stores, made by `examples/fit_dictionary.rs` from decisions on the shipped sample.
pub(super) const DICTIONARY: &[u8] = include_bytes!("../../data/store/decisions.zdict");
/// Quick rather than small: a higher level gains a tenth and takes five times as long.
const LEVEL: i32 = 1;
/// No decision is longer, in bytes.
const LONGEST: usize = 16 << 20;

/// Packs decisions; one a thread.
pub struct Packer(Compressor<'static>);

impl Packer {
    /// With the dictionary of a store: [`Ledger::dictionary`](super::Ledger::dictionary).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when it cannot be used.
    pub fn new(dictionary: &[u8]) -> Result<Self> {
        let compressor = Compressor::with_dictionary(LEVEL, dictionary);
        compressor.map(Self).map_err(|error| {
            Error::because(ErrorKind::Store, format!("cannot prepare the store's dictionary: {error}"), error)
        })
    }

    pub(super) fn pack(&mut self, json: &[u8]) -> Result<Vec<u8>> {
        self.0.compress(json).map_err(|error| {
            Error::because(
                ErrorKind::Store,
                format!("cannot pack a decision of {} bytes: {error}", json.len()),
                error,
            )
        })
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
