//! What the tokeniser gives: kinds, byte offsets, and the buffer they stand in.

use std::fmt;
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// Letters, lower case, standard spelling where the lexicon knows it.
    Word,
    /// One to six digits: house numbers, RT and RW, years, amounts.
    Number,
    /// Seven digits or more that are neither of the next two.
    LongNumber,
    /// A telephone number, in one piece or in groups.
    Phone,
    /// Sixteen digits: a person's NIK or a family's KK number.
    Nik,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
    /// `@name` of a social network.
    Mention,
    /// An emoji, with all its modifiers.
    Emoji,
    /// A personal name of [`Lexicon::names`](super::Lexicon::names): kept for display, never a feature.
    Name,
}

impl TokenKind {
    /// The text that stands in place of a masked token; `None` for kinds that keep their characters.
    pub fn mask(self) -> Option<&'static str> {
        match self {
            Self::Word | Self::Number | Self::Name => None,
            Self::LongNumber => Some("<angka>"),
            Self::Phone => Some("<telepon>"),
            Self::Nik => Some("<nik>"),
            Self::Url => Some("<tautan>"),
            Self::Email => Some("<surel>"),
            Self::Mention => Some("<akun>"),
            Self::Emoji => Some("<emoji>"),
        }
    }
}

/// One token: its kind, where it stands in the original text, and the hash of its normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) lo: u32,
    pub(super) hi: u32,
    pub(super) hash: u64,
    pub(super) kind: TokenKind,
}

impl Token {
    /// What the token is.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Byte range in the original text. Always on character boundaries; several tokens share one when slang
    /// stands for several words (`tksh` → `terima kasih`).
    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// xxh3 (64 bits) of the normal form: stable across builds and platforms, so it may be persisted.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

/// Tokens of one text and the buffer that holds their normal forms; meant to be used again and again.
#[derive(Clone, Default)]
pub struct Tokens {
    /// The text in lower case, then the normal forms that differ from what was written.
    pub(super) buffer: String,
    pub(super) items: Vec<Token>,
    /// Short-lived text of a decoded HTML entity.
    pub(super) entity: String,
}

impl Tokens {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tokens, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.items.iter()
    }

    /// The tokens, in the order of the text.
    pub fn as_slice(&self) -> &[Token] {
        &self.items
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The normal form of a token of this buffer.
    pub fn text(&self, token: &Token) -> &str {
        self.buffer.get(token.lo as usize..token.hi as usize).unwrap_or_default()
    }

    /// What was written, in lower case as far as it is ASCII; empty for masked tokens.
    ///
    /// ```
    /// use pilah::text::{Analyzer, Tokens};
    ///
    /// let mut tokens = Tokens::new();
    /// Analyzer::indonesian().analyze("RSUD dr. Soetomo", &mut tokens);
    /// let dr = tokens.as_slice()[1];
    /// assert_eq!((tokens.written(&dr), tokens.text(&dr)), ("dr", "dari"));
    /// ```
    pub fn written(&self, token: &Token) -> &str {
        // The buffer begins with the text, so what was written stands where it stood.
        if token.kind.mask().is_some() { "" } else { self.buffer.get(token.span()).unwrap_or_default() }
    }

    /// What stands between two tokens that follow each other, such as a space or a comma; empty when it holds
    /// characters that were masked.
    pub fn between(&self, left: &Token, right: &Token) -> &str {
        self.buffer.get(left.end as usize..right.start as usize).unwrap_or_default()
    }

    /// All normal forms with one space between them: what two spellings of one complaint have in common.
    pub fn normalized(&self) -> String {
        self.iter().map(|token| self.text(token)).collect::<Vec<_>>().join(" ")
    }
}

/// The normal forms alone: what is masked is not shown.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|token| self.text(token))).finish()
    }
}

impl<'a> IntoIterator for &'a Tokens {
    type Item = &'a Token;
    type IntoIter = std::slice::Iter<'a, Token>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
