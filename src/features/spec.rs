//! What the features of a model are.

use crate::error::{Error, ErrorKind, Result};

/// The switches of the features; frozen into a model when it is trained.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `pairs` | true | pairs of neighbouring words | |
/// | `chars_min`, `chars_max` | 3, 5 | lengths of character n-grams; `chars_max` 0 turns them off | 1 ..= 8 |
/// | `min_df` | 3 | a feature must occur in this many different texts | ≥ 1 |
/// | `pair_weight` | 1.0 | α of the pairs; a word's is 1 | 0 ..= 10 |
/// | `char_weight` | 0.25 | α of the n-grams | 0 ..= 10 |
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct FeatureSpec {
    /// Whether pairs of neighbouring words are features.
    pub pairs: bool,
    /// Shortest character n-gram.
    pub chars_min: usize,
    /// Longest character n-gram; 0 for none.
    pub chars_max: usize,
    /// In how many different texts a word must occur; pairs and n-grams follow `min_df_pair`, `min_df_char`.
    pub min_df: u32,
    /// The same for pairs.
    pub min_df_pair: u32,
    /// The same for character n-grams.
    pub min_df_char: u32,
    /// α of the pairs.
    pub pair_weight: f32,
    /// α of the character n-grams.
    pub char_weight: f32,
}

impl Default for FeatureSpec {
    fn default() -> Self {
        Self {
            pairs: true,
            chars_min: 3,
            chars_max: 5,
            min_df: 3,
            min_df_pair: 3,
            min_df_char: 3,
            pair_weight: 1.0,
            char_weight: 0.25,
        }
    }
}

impl FeatureSpec {
    /// # Errors
    ///
    /// A value outside its range, by name.
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |name: &str, value: String, range: &str| {
            Err(Error::new(ErrorKind::Parameter, format!("`{name}` is {value}: give a value in {range}")))
        };
        for (name, value) in [("chars_min", self.chars_min), ("chars_max", self.chars_max)] {
            if value > 8 || (value == 0 && self.chars_max != 0) {
                return refuse(name, value.to_string(), "1 ..= 8");
            }
        }
        if self.chars_max != 0 && self.chars_min > self.chars_max {
            return refuse("chars_min", self.chars_min.to_string(), "1 ..= chars_max");
        }
        for (name, value) in
            [("min_df", self.min_df), ("min_df_pair", self.min_df_pair), ("min_df_char", self.min_df_char)]
        {
            if value == 0 {
                return refuse(name, value.to_string(), "1 and more");
            }
        }
        for (name, value) in [("pair_weight", self.pair_weight), ("char_weight", self.char_weight)] {
            if !(0.0..=10.0).contains(&value) {
                return refuse(name, value.to_string(), "0 ..= 10");
            }
        }
        Ok(())
    }

    pub(crate) fn char_lengths(&self) -> std::ops::RangeInclusive<usize> {
        self.chars_min.max(1)..=self.chars_max
    }
}
