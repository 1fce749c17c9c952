//! From a band's value to the newest entry that has it: extendible hashing (Fagin and others 1979) without stored keys.

use super::signature::mixed;

/// Slots of a page: 4 KiB.
const SLOTS: usize = 1024;

/// A page that holds more is split in two.
const FULL: u16 = (SLOTS / 5 * 4) as u16;

/// Highest bits that tell pages apart: enough for more entries than a [`Place`] can name. Values chosen to collide
/// cannot make the directory larger than 4 MiB; those that find no room are then left out of the band.
const DEEPEST: u32 = 20;

/// Bits of a slot that say which entry it is; the four above are the tag, bits of the hash.
const PLACE_BITS: u32 = 28;

/// An entry, counted from one; zero is none.
pub(super) type Place = u32;

/// Entries that can be told apart.
pub(super) const MOST: u32 = (1 << PLACE_BITS) - 1;

/// The hash of a band's value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hash(u64);

impl Hash {
    pub(super) fn new(value: u32) -> Self {
        Self(mixed(u64::from(value)))
    }

    fn slot(self) -> usize {
        self.0 as usize % SLOTS
    }

    fn tag(self) -> u32 {
        (self.0 >> 10) as u32 & 0xF
    }

    /// The highest `depth` bits.
    fn prefix(self, depth: u32) -> usize {
        self.0.checked_shr(u64::BITS - depth).unwrap_or_default() as usize
    }
}

/// The slots of all values whose hashes begin alike; zero is an empty slot.
#[derive(Debug, Clone)]
struct Page {
    slots: [u32; SLOTS],
    used: u16,
    /// How many of the highest bits they have in common.
    depth: u32,
}

impl Page {
    fn empty(depth: u32) -> Box<Self> {
        Box::new(Self { slots: [0; SLOTS], used: 0, depth })
    }

    /// Writes to the first empty slot for `hash`; there always is one.
    fn add(&mut self, hash: Hash, place: Place) {
        let mut slot = hash.slot();
        while self.slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = hash.tag() << PLACE_BITS | place;
        self.used += 1;
    }
}

/// The newest entry of every value of one band.
///
/// A value is known by its entry: `same` and `value_of` read it there, so that a slot costs four bytes. Growth splits
/// one page at a time: no insertion waits for the whole table, and no second table stands beside it.
#[derive(Debug, Clone)]
pub(super) struct Band {
    /// Page of every prefix of `depth` bits.
    directory: Vec<u32>,
    depth: u32,
    pages: Vec<Box<Page>>,
}

impl Band {
    pub(super) fn new() -> Self {
        Self { directory: vec![0], depth: 0, pages: vec![Page::empty(0)] }
    }

    /// What stands in the first slot for `hash`. Asked of all bands before any is followed, so that the waits for
    /// memory overlap.
    pub(super) fn touch(&self, hash: Hash) -> u32 {
        self.pages[self.page(hash)].slots[hash.slot()]
    }

    /// The newest entry of a value; zero when there is none.
    pub(super) fn find(&self, hash: Hash, same: impl Fn(Place) -> bool) -> Place {
        let page = &self.pages[self.page(hash)];
        slot(page, hash, same).map_or(0, |slot| page.slots[slot] & MOST)
    }

    /// Makes `place` the newest entry of its value, and gives the one that was.
    pub(super) fn replace(
        &mut self,
        hash: Hash,
        place: Place,
        same: impl Fn(Place) -> bool,
        value_of: impl Fn(Place) -> u32,
    ) -> Place {
        let at = self.page(hash);
        if let Some(slot) = slot(&self.pages[at], hash, same) {
            let page = &mut self.pages[at];
            let before = page.slots[slot] & MOST;
            page.slots[slot] = hash.tag() << PLACE_BITS | place;
            return before;
        }
        while self.pages[self.page(hash)].used >= FULL {
            if !self.split(hash, &value_of) {
                return 0;
            }
        }
        let at = self.page(hash);
        self.pages[at].add(hash, place);
        0
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.directory.capacity() * size_of::<u32>()
            + self.pages.capacity() * size_of::<Box<Page>>()
            + self.pages.len() * size_of::<Page>()
    }

    fn page(&self, hash: Hash) -> usize {
        self.directory[hash.prefix(self.depth)] as usize
    }

    /// Splits the page of `hash` by one bit more; `false` when there is none left.
    fn split(&mut self, hash: Hash, value_of: impl Fn(Place) -> u32) -> bool {
        let at = self.page(hash);
        let depth = self.pages[at].depth + 1;
        if depth > DEEPEST {
            return false;
        }
        if depth > self.depth {
            self.directory = self.directory.iter().flat_map(|&page| [page, page]).collect();
            self.depth += 1;
        }
        let old = std::mem::replace(&mut self.pages[at], Page::empty(depth));
        let mut upper = Page::empty(depth);
        for place in old.slots.iter().map(|slot| slot & MOST).filter(|&place| place != 0) {
            let hash = Hash::new(value_of(place));
            let page = if hash.prefix(depth) & 1 == 1 { &mut upper } else { &mut self.pages[at] };
            page.add(hash, place);
        }
        // The prefixes of the old page stand side by side; the upper half now has the new one.
        let half = 1 << (self.depth - depth);
        let first = (hash.prefix(depth) | 1) * half;
        self.directory[first..first + half].fill(self.pages.len() as u32);
        self.pages.push(upper);
        true
    }
}

/// Where on its page the value of `hash` stands.
fn slot(page: &Page, hash: Hash, same: impl Fn(Place) -> bool) -> Option<usize> {
    let mut slot = hash.slot();
    loop {
        let entry = page.slots[slot];
        if entry == 0 {
            return None;
        }
        if entry >> PLACE_BITS == hash.tag() && same(entry & MOST) {
            return Some(slot);
        }
        slot = (slot + 1) % SLOTS;
    }
}
