//! Numbers by key, the newest first.

use rustc_hash::FxHashMap;

/// Numbers of one key that are looked at.
const WALK: usize = 64;

/// Which complaints have a key. Memory: 8 bytes a complaint and key, and 10 a key.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    /// The newest entry of each key, from 1.
    heads: FxHashMap<u32, u32>,
    entries: Vec<Posting>,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    number: u32,
    /// The entry before it of the same key; 0 for none.
    before: u32,
}

impl Postings {
    pub(super) fn insert(&mut self, number: u32, keys: &[u32]) {
        for key in keys {
            let head = self.heads.entry(*key).or_default();
            self.entries.push(Posting { number, before: *head });
            *head = self.entries.len() as u32;
        }
    }

    /// Calls `found` with the newest complaints of a key.
    pub(super) fn each(&self, key: u32, mut found: impl FnMut(u32)) {
        let mut at = self.heads.get(&key).copied().unwrap_or_default();
        for _ in 0..WALK {
            let Some(posting) = at.checked_sub(1).and_then(|at| self.entries.get(at as usize)) else { break };
            found(posting.number);
            at = posting.before;
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Posting>() + self.heads.capacity() * (size_of::<(u32, u32)>() + 1)
    }
}
