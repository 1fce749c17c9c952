//! Portraits that are kept at hand.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::similar::Portrait;

/// Portraits of one generation: one to two kilobytes each.
const GENERATION: usize = 32_768;

/// The portraits that were asked for or put in last: when a generation is full, the one before it goes.
#[derive(Debug, Default)]
pub(super) struct Portraits {
    young: FxHashMap<u64, Arc<Portrait>>,
    old: FxHashMap<u64, Arc<Portrait>>,
}

impl Portraits {
    pub(super) fn get(&mut self, number: u64) -> Option<Arc<Portrait>> {
        if let Some(portrait) = self.young.get(&number) {
            return Some(portrait.clone());
        }
        let portrait = self.old.remove(&number)?;
        self.put(number, portrait.clone());
        Some(portrait)
    }

    pub(super) fn put(&mut self, number: u64, portrait: Arc<Portrait>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(number, portrait);
    }
}
