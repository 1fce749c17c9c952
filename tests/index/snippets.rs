//! Snippets stand on the boundaries of words and characters, and show nothing that is masked.

use pilah::index::{Prepared, Snippet, Snippets, Wording};
use proptest::prelude::*;

use super::store::query;

fn snippet(text: &str, asked: &str, bytes: usize) -> Snippet {
    let wording = Wording::indonesian();
    Snippets::new(&wording).snippet(text, &Prepared::new(&query(asked), &wording), bytes)
}

fn highlighted(snippet: &Snippet) -> Vec<&str> {
    snippet.highlights.iter().map(|range| &snippet.text[range.clone()]).collect()
}

#[test]
fn the_window_has_the_most_different_words() {
    let text = "Lampu lampu lampu di sini. Panjang sekali cerita ini sebelum sampai. Lampu jalan mati total.";
    let found = snippet(text, "lampu mati", 40);
    assert_eq!(found.text, "sebelum sampai. Lampu jalan mati total");
    assert_eq!(highlighted(&found), ["Lampu", "mati"]);
    assert!(found.is_cut_before && found.is_cut_after);
    let found = snippet(text, "banjir", 12);
    assert_eq!((found.text.as_str(), found.is_cut_before, found.is_cut_after), ("Lampu lampu", false, true));
}

#[test]
fn slang_is_shown_as_it_was_written() {
    let found = snippet("Jln rusak,\n\ttksh 🙏 pak", "jalan \"terima kasih\" -rusak", 100);
    assert_eq!(found.text, "Jln rusak,  tksh 🙏 pak");
    assert_eq!(highlighted(&found), ["Jln", "tksh"]);
}

#[test]
fn what_is_masked_is_not_shown() {
    let text = "Lampu mati, WA 0812-0000-0000, surel warga@contoh.id, NIK 3578000101900001, kasus 12345678";
    let shown = snippet(text, "lampu", 500).text;
    assert_eq!(shown, "Lampu mati, WA <telepon>, surel <surel>, NIK <nik>, kasus <angka>");
}

#[test]
fn nothing_and_marks_alone_give_nothing() {
    assert_eq!(snippet("", "lampu", 50), Snippet::default());
    assert_eq!(snippet("?! …", "lampu", 50).text, "");
    assert_eq!(snippet("lampu", "lampu", 0).text, "");
}

proptest! {
    #[test]
    fn ranges_stand_on_boundaries(text in "(lampu|jln|é|🙏🏽|ﬁ|tksh|0812-0000-0000|\u{301}|&amp;|<b>|â€œ|[ ,.\n]){0,40}|.{0,40}", bytes in 0_usize..90) {
        let found = snippet(&text, "lampu jalan \"terima kasih\"", bytes);
        let mut last = 0;
        for range in &found.highlights {
            prop_assert!(range.start >= last && range.end > range.start);
            prop_assert!(found.text.get(range.clone()).is_some());
            last = range.end;
        }
        prop_assert!(!found.text.contains("0812-0000-0000"));
        prop_assert!(!found.text.contains('\n'));
    }
}
