//! From the key of a name to the regions that bear it.

/// One region under one of its names: the row of the region and what is known of the name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The lower half of the key; the upper half is known by the bucket.
    check: u32,
    row: u32,
}

const COMMON: u32 = 1 << 31;
const ALIAS: u32 = 1 << 30;

impl Entry {
    pub(super) fn row(self) -> usize {
        (self.row & !(COMMON | ALIAS)) as usize
    }

    /// Whether the name is also an everyday word.
    pub(super) fn is_common(self) -> bool {
        self.row & COMMON != 0
    }

    /// Whether it is an everyday name of the region, not its official one.
    pub(super) fn is_alias(self) -> bool {
        self.row & ALIAS != 0
    }
}

/// Entries in buckets by the upper bits of their key; inside a bucket by key, then in the order of the rows.
///
/// Cost: one look into a map of bits for most words that are no name, and a short walk for the others.
#[derive(Debug)]
pub(super) struct NameIndex {
    /// One bit for the upper bits of each key.
    seen: Box<[u64]>,
    /// The same without names that are also everyday words: most words of a text are told apart here.
    rare: Box<[u64]>,
    /// Where each bucket begins, and where the last ends.
    starts: Box<[u32]>,
    entries: Box<[Entry]>,
}

const SEEN_BITS: u32 = 20;
const BUCKET_BITS: u32 = 17;

/// A name on its way into the index.
pub(super) struct Named {
    pub(super) key: u64,
    pub(super) row: u32,
    pub(super) common: bool,
    pub(super) alias: bool,
}

impl NameIndex {
    /// `names` in the order of their rows.
    pub(super) fn build(names: &[Named]) -> Self {
        let mut seen = vec![0_u64; 1 << (SEEN_BITS - 6)].into_boxed_slice();
        let mut rare = seen.clone();
        let mut starts = vec![0_u32; (1 << BUCKET_BITS) + 2].into_boxed_slice();
        for name in names {
            let (word, bit) = place(name.key);
            seen[word] |= bit;
            if !name.common {
                rare[word] |= bit;
            }
            starts[bucket(name.key) + 2] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        // Each start moves to the end of its bucket, which is the start of the next.
        let mut entries = vec![Entry { check: 0, row: 0 }; names.len()].into_boxed_slice();
        for name in names {
            let at = &mut starts[bucket(name.key) + 1];
            let flags = if name.common { COMMON } else { 0 } | if name.alias { ALIAS } else { 0 };
            entries[*at as usize] = Entry { check: name.key as u32, row: name.row | flags };
            *at += 1;
        }
        for ends in starts.windows(2) {
            let bucket = &mut entries[ends[0] as usize..ends[1] as usize];
            if bucket.len() > 1 {
                bucket.sort_unstable_by_key(|entry| (entry.check, entry.row()));
            }
        }
        Self { seen, rare, starts, entries }
    }

    /// All regions of that name, in the order of their codes.
    #[inline]
    pub(super) fn find(&self, key: u64) -> &[Entry] {
        let (word, bit) = place(key);
        if self.seen[word] & bit == 0 {
            return &[];
        }
        self.walk(key)
    }

    /// The same for a name that is not also an everyday word.
    #[inline]
    pub(super) fn find_rare(&self, key: u64) -> &[Entry] {
        let (word, bit) = place(key);
        if self.rare[word] & bit == 0 {
            return &[];
        }
        self.walk(key)
    }

    fn walk(&self, key: u64) -> &[Entry] {
        let at = bucket(key);
        let (first, last) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        let bucket = self.entries.get(first..last).unwrap_or_default();
        let check = key as u32;
        let Some(from) = bucket.iter().position(|entry| entry.check == check) else { return &[] };
        let rest = &bucket[from..];
        let length = rest.iter().position(|entry| entry.check != check).unwrap_or(rest.len());
        &rest[..length]
    }
}

fn place(key: u64) -> (usize, u64) {
    let bits = key >> (64 - SEEN_BITS);
    ((bits >> 6) as usize, 1 << (bits & 63))
}

fn bucket(key: u64) -> usize {
    (key >> (64 - BUCKET_BITS)) as usize
}
