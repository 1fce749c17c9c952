//! The index: what is written, found, refused and shown.

#![cfg(feature = "store")]

mod index {
    mod damage;
    mod life;
    mod snippets;
    mod store;
    mod twin;
    mod words;
}
