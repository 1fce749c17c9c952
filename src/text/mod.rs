//! Text in, tokens out: normalise, tokenise, map slang, stem.
//!
//! [`Analyzer`] reads a complaint once, left to right, and fills a [`Tokens`] that the caller owns and uses
//! again for the next text, so that nothing is allocated per word. Each [`Token`] says where it stands in the
//! original text, byte for byte, whatever was repaired, folded or expanded on the way.
//!
//! What happens to a text, in this order:
//!
//! 1. UTF-8 that was read as Windows-1252 is read again (`â€œ` → `“`), HTML entities are decoded and tags end a
//!    word.
//! 2. Unicode NFKC and lower case; apostrophes inside a word vanish (`jum'at` → `jumat`).
//! 3. A letter that stands three times or more in a row stands once (`tolooong` → `tolong`).
//! 4. URLs, e-mail addresses, mentions, telephone numbers, NIK and KK numbers, other long numbers and emoji
//!    become masks: [`TokenKind`] says which, and their characters are not kept.
//! 5. Slang, abbreviations and the Javanese, Sundanese and Banjar words of [`Lexicon`] become standard
//!    Indonesian (`jln` → `jalan`, `kada` → `tidak`); reduplication marks are undone (`anak2` → `anak`).
//! 6. Where asked for, [`Stemmer`] reduces words to stems.
//!
//! ```
//! use pilah::text::{Analyzer, Tokens};
//!
//! let analyzer = Analyzer::indonesian();
//! let mut tokens = Tokens::new();
//! analyzer.analyze("Tolooong pak, jln Melati gelap! 0812-0000-0000", &mut tokens);
//! let words: Vec<&str> = tokens.iter().map(|token| tokens.text(token)).collect();
//! assert_eq!(words, ["tolong", "pak", "jalan", "melati", "gelap", "<telepon>"]);
//! ```

mod analyzer;
mod lexicon;
mod mojibake;
mod numbers;
mod phrases;
mod run;
mod scan;
mod special;
mod stem;
mod token;

pub use analyzer::Analyzer;
pub use lexicon::Lexicon;
pub use phrases::Phrases;
pub(crate) use phrases::{Beginning, PhraseMaker};
pub use stem::{Language, Stemmer};
pub use token::{Token, TokenKind, Tokens};
