//! Once its buffers have grown, a classifier allocates nothing.
#![allow(missing_docs)]

use allocation_counter::measure;
use pilah::Bundle;
use pilah::model::{Batch, Classifier, Columns, Format, Reader};

fn texts() -> Vec<String> {
    let columns = Columns { text: vec!["text".to_owned()], ..Columns::default() };
    let mut reader =
        Reader::new(include_bytes!("../data/sample.jsonl").as_slice(), Format::Jsonl, &columns).unwrap();
    let mut batch = Batch::new();
    reader.read(&mut batch, usize::MAX).unwrap();
    batch.rows().map(|row| row.text()).map(str::to_owned).collect()
}

/// Asserts that classifying `texts` allocates nothing; that the counter works is asserted by `long`.
#[track_caller]
fn check_none(classifier: &mut Classifier<'_>, texts: &[&str]) {
    let mut answered = 0;
    let info = measure(|| {
        for text in texts {
            answered += usize::from(classifier.classify(text).iter().all(|answer| answer.p() > 0.0));
        }
    });
    assert_eq!(answered, texts.len());
    assert_eq!((info.count_total, info.bytes_total), (0, 0), "{} texts", texts.len());
}

#[test]
fn nothing_is_allocated_for_a_text() {
    let texts = texts();
    let mut classifier = Bundle::shipped().classifier();
    // 199 texts, and one as long as any three of them.
    for text in texts.iter().take(199) {
        classifier.classify(text);
    }
    let mut longest: Vec<&str> = texts.iter().map(String::as_str).collect();
    longest.sort_by_key(|text| std::cmp::Reverse(text.len()));
    classifier.classify(&longest[..3].join(" "));
    let further: Vec<&str> = texts.iter().map(String::as_str).cycle().skip(199).take(1000).collect();
    assert_eq!(further.len(), 1000);
    check_none(&mut classifier, &further);
}

#[test]
fn nothing_is_allocated_for_a_long_text() {
    let texts = texts().join(" \n");
    assert!(texts.len() > 80_000);
    let long = &texts[..texts.floor_char_boundary(50_000)];
    let longer = &texts[..texts.floor_char_boundary(80_000)];
    let mut classifier = Bundle::shipped().classifier();
    let grown = measure(|| {
        classifier.classify(longer);
    });
    assert!(grown.count_total > 0, "buffers grow the first time");
    check_none(&mut classifier, &[long, longer, "", long]);
}

#[test]
fn nothing_is_allocated_for_unusual_texts() {
    let unusual = [
        "rt 05 rw.12 gg 3 anak2nya gerobak2 se7",
        "&amp; &lt;b&gt; caf&eacute; &tidakada; jum&#39;at",
        "tolooooong pakkkkk!!! 🙏🙏 ＪＡＬＡＮ cafe\u{301} ﬁnal",
        "kirim ke a.b+c@contoh.id @akun #tagar https://contoh.id/x 0812-0000-0000 3500000000000000",
        "cafÃ© â€œrusakâ€\u{9d} ðŸ™\u{8f} 道路损坏 ถนนพัง الطريق сломана",
    ];
    let mut classifier = Bundle::shipped().classifier();
    classifier.classify(&unusual.join(" ").repeat(3));
    check_none(&mut classifier, &unusual);
}
