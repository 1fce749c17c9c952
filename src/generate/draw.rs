//! Random numbers whose bytes are part of the promise.

/// `SplitMix64` (Steele, Lea, Flood 2014). Not `SmallRng`: that is another algorithm on other machines and may change with
/// a release, and the same seed must give the same file. For the same reason nothing here takes a power or a
/// logarithm: only the square root is rounded alike everywhere.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of a number.
pub(super) fn mix(number: u64) -> u64 {
    let z = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Draw {
    /// What is drawn for one thing, such as a reporter, whenever it comes up.
    pub(super) fn of(seed: u64, thing: u64) -> Self {
        Self(mix(seed.wrapping_add(STEP)) ^ mix(thing.wrapping_add(STEP)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `limit`; 0 when that is 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// A number from `first` to `last`.
    pub(super) fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    /// From 0 up to 1, which it never reaches.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of a table that is not empty.
    pub(super) fn pick<'t, T: ?Sized>(&mut self, table: &[&'t T]) -> &'t T {
        table[self.below(table.len())]
    }

    /// A place in a table of ascending sums.
    pub(super) fn weighted(&mut self, sums: &[f64]) -> usize {
        let at = self.unit() * sums.last().copied().unwrap_or_default();
        sums.partition_point(|sum| *sum <= at).min(sums.len().saturating_sub(1))
    }

    /// A rank from 0 whose tail is that of words in a language: beyond rank k lie some k^(-2/3) of all draws, so that n
    /// draws give some n^0.6 different ranks (Heaps' law); the first ranks differ little.
    pub(super) fn rank(&mut self, most: usize) -> usize {
        let u = 1.0 - self.unit();
        ((HEAD / (u * u.sqrt()) - HEAD) as usize).min(most)
    }
}

/// Ranks that come up about as often as the first.
const HEAD: f64 = 6.0;

/// Ascending sums of weights.
pub(super) fn sums(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |weight| {
        sum += weight;
        sum
    };
    weights.into_iter().map(add).collect()
}
