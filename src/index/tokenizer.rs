//! The crate's analyser as a tokenizer of tantivy.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::wording::{Reading, Wording};

/// The name under which an index knows it. tantivy does not keep tokenizers: it is registered on every open.
pub(super) const NAME: &str = "pilah";

pub(super) struct WordTokenizer {
    wording: Wording,
    reading: Reading,
    token: Token,
}

impl WordTokenizer {
    pub(super) fn new(wording: &Wording) -> Self {
        Self { wording: wording.clone(), reading: wording.reading(), token: Token::default() }
    }
}

/// tantivy clones a tokenizer for every segment it writes.
impl Clone for WordTokenizer {
    fn clone(&self) -> Self {
        Self::new(&self.wording)
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.reading.read(text);
        WordStream { reading: &self.reading, token: &mut self.token, next: 0 }
    }
}

pub(super) struct WordStream<'a> {
    reading: &'a Reading,
    token: &'a mut Token,
    next: usize,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while self.next < self.reading.len() {
            let at = self.next;
            self.next += 1;
            if let Some(term) = self.reading.term(at) {
                self.token.position = at;
                self.token.text.clear();
                self.token.text.push_str(term);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
