//! Tokens in, numbers out: n-grams, a hashed vocabulary, tf-idf frozen at fit, and the sparse matrix.
//!
//! A text is described by three blocks of features: its words, its pairs of neighbouring words, and the
//! character n-grams inside each word (`char_wb`: they never cross a word). That last property is what makes
//! pilah fast: whatever a word's n-grams contribute to a score depends on the word alone, so it can be summed
//! once, when the model is made, and kept with the word. Only words the model does not know pay for n-grams at
//! prediction time.
//!
//! The value of feature *f* in text *d* is
//!
//! > *v(d, f) = tf(d, f) · α(block) · idf(f) / ‖d‖*
//!
//! with *idf(f) = ln((1 + N) / (1 + df(f))) + 1* (scikit-learn's smoothed form). *tf* is `1 + ln(count)` of the
//! word or pair, in sixteenths; an n-gram inherits that of the words it stands in. *‖d‖²* is the sum of the
//! squares of all contributions taken one by one, word by word, so that it too can be summed ahead. This departs
//! from the textbook, where n-grams shared by two words are added before they are squared.
//!
//! Features are known by 32-bit hashes. No text stands in a vocabulary, so none can leak out of a model;
//! [`Vectorizer`] further keeps only what occurs in several different texts, and never digits or names.

mod keys;
mod matrix;
mod spec;
mod terms;
mod vectorizer;

pub use keys::{Block, Key};
pub use matrix::{Matrix, MatrixBuilder};
pub use spec::FeatureSpec;
pub use terms::{Term, Terms};
pub use vectorizer::Vectorizer;

pub(crate) use keys::char_ngrams;
pub(crate) use terms::MAX_TF;
