//! The vectoriser against a slow twin, and what must hold for any texts.
#![allow(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use pilah::features::{Block, FeatureSpec, Key, Matrix, Terms, Vectorizer};
use pilah::text::{Analyzer, TokenKind, Tokens};
use proptest::prelude::*;
use proptest::sample::select;

/// Words, slang, a doubled word, numbers, masks and a name (`abdul`).
const WORDS: &[&str] = &[
    "jalan",
    "rusak",
    "lampu",
    "mati",
    "jln",
    "anak2",
    "air",
    "keruh",
    "5",
    "17",
    "081200000000",
    "http://contoh.id",
    "abdul",
    "banjir",
    "tksh",
];

type Feature = (Block, Key);

/// How often each word and pair of a text occurs.
fn counts(text: &str, pairs: bool) -> BTreeMap<Feature, u32> {
    let mut tokens = Tokens::new();
    Analyzer::indonesian().analyze(text, &mut tokens);
    let keys: Vec<Option<Key>> = tokens.iter().map(Key::word).collect();
    let mut counts = BTreeMap::new();
    for key in keys.iter().flatten() {
        *counts.entry((Block::Word, *key)).or_default() += 1;
    }
    for both in keys.windows(2).filter(|_| pairs) {
        if let [Some(first), Some(second)] = both {
            *counts.entry((Block::Pair, Key::pair(*first, *second))).or_default() += 1;
        }
    }
    counts
}

/// The formula of the module's documentation, for words and pairs.
struct Twin {
    idf: BTreeMap<Feature, f64>,
    spec: FeatureSpec,
}

impl Twin {
    fn fit(texts: &[String], spec: &FeatureSpec) -> Self {
        let mut df = BTreeMap::<Feature, u32>::new();
        for text in texts {
            for feature in counts(text, spec.pairs).into_keys() {
                *df.entry(feature).or_default() += 1;
            }
        }
        df.retain(|(block, _), df| *df >= if *block == Block::Word { spec.min_df } else { spec.min_df_pair });
        let n = texts.len() as f64;
        let idf =
            df.into_iter().map(|(feature, df)| (feature, ((1.0 + n) / (1.0 + f64::from(df))).ln() + 1.0));
        Self { idf: idf.collect(), spec: spec.clone() }
    }

    fn row(&self, text: &str) -> BTreeMap<Feature, f64> {
        let mut row = BTreeMap::new();
        for (feature, count) in counts(text, self.spec.pairs) {
            let Some(idf) = self.idf.get(&feature) else { continue };
            let tf = (16.0 * (1.0 + f64::from(count).ln())).round() / 16.0;
            let alpha = if feature.0 == Block::Pair { f64::from(self.spec.pair_weight) } else { 1.0 };
            row.insert(feature, tf * alpha * idf);
        }
        let norm = row.values().map(|value| value * value).sum::<f64>().sqrt();
        for value in row.values_mut() {
            *value /= norm;
        }
        row
    }
}

fn spec(min_df: u32, min_df_pair: u32, chars_max: usize) -> FeatureSpec {
    let mut spec = FeatureSpec::default();
    (spec.min_df, spec.min_df_pair, spec.min_df_char, spec.chars_max) = (min_df, min_df_pair, 1, chars_max);
    spec
}

#[track_caller]
fn check_twin(texts: &[String], others: &[String], spec: &FeatureSpec) {
    let analyzer = Analyzer::indonesian();
    let vectorizer = Vectorizer::fit(&analyzer, texts, spec).unwrap();
    let twin = Twin::fit(texts, spec);
    let features: Vec<Feature> = twin.idf.keys().copied().collect();
    assert_eq!(vectorizer.features(), features);
    for text in texts.iter().chain(others) {
        let matrix = vectorizer.transform(&analyzer, std::slice::from_ref(text));
        let (columns, values) = matrix.row(0);
        let found: BTreeMap<Feature, f64> = columns
            .iter()
            .zip(values)
            .map(|(&column, &value)| (features[column as usize], f64::from(value)))
            .collect();
        let expected = twin.row(text);
        assert!(found.keys().eq(expected.keys()), "features of {text:?}");
        for (feature, value) in &expected {
            assert!((found[feature] - value).abs() < 1e-5, "{text:?}: {} instead of {value}", found[feature]);
        }
    }
}

/// Invariants of every matrix, and of its rows' lengths.
#[track_caller]
fn check_matrix(matrix: &Matrix) {
    let mut entries = 0;
    for row in 0..matrix.rows() {
        let (columns, values) = matrix.row(row);
        assert_eq!(columns.len(), values.len());
        assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "columns ascend");
        assert!(columns.iter().all(|&column| (column as usize) < matrix.width()));
        assert!(values.iter().all(|value| value.is_finite() && *value > 0.0));
        entries += columns.len();
    }
    assert_eq!(entries, matrix.entries());
}

fn length(matrix: &Matrix, row: usize) -> f32 {
    matrix.row(row).1.iter().map(|value| value * value).sum::<f32>().sqrt()
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = proptest::collection::vec(select(WORDS), 0..10).prop_map(|words| words.join(" "));
    proptest::collection::vec(text, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_and_pairs_are_those_of_the_slow_twin(
        texts in texts(), others in texts(), words in 1u32..4, pairs in 1u32..4, on in any::<bool>(), weight in 0.1f32..3.0,
    ) {
        let mut spec = spec(words, pairs, 0);
        (spec.pairs, spec.pair_weight) = (on, weight);
        check_twin(&texts, &others, &spec);
    }

    #[test]
    fn alone_is_as_in_a_batch_and_order_is_nothing(texts in texts(), chars in 0usize..6) {
        let analyzer = Analyzer::indonesian();
        let spec = spec(1, 2, if chars < 3 { 0 } else { chars });
        let vectorizer = Vectorizer::fit(&analyzer, &texts, &spec).unwrap();
        let batch = vectorizer.transform(&analyzer, &texts);
        check_matrix(&batch);
        prop_assert_eq!(batch.rows(), texts.len());
        for (row, text) in texts.iter().enumerate() {
            let alone = vectorizer.transform(&analyzer, &[text]);
            prop_assert_eq!(alone.row(0), batch.row(row));
            // An n-gram shared by two words is added up after the squares were taken: never shorter than 1.
            let length = length(&batch, row);
            prop_assert!(batch.row(row).0.is_empty() || length > 0.9999, "{text:?} has length {length}");
            prop_assert!(spec.chars_max > 0 || length < 1.0001, "{text:?} has length {length}");
        }
        let reversed: Vec<&String> = texts.iter().rev().collect();
        let other = Vectorizer::fit(&analyzer, &reversed, &spec).unwrap();
        prop_assert_eq!(other.features(), vectorizer.features());
        prop_assert_eq!(other.transform(&analyzer, &texts), batch);
    }

    #[test]
    fn terms_count_what_the_tokens_say(text in texts().prop_map(|texts| texts.join(" "))) {
        let (mut tokens, mut terms) = (Tokens::new(), Terms::default());
        Analyzer::indonesian().analyze("teks lain dahulu", &mut tokens);
        terms.collect(&tokens);
        Analyzer::indonesian().analyze(&text, &mut tokens);
        terms.collect(&tokens);
        let found: BTreeMap<Feature, i32> = terms.iter().map(|term| ((term.block, term.key), term.tf)).collect();
        prop_assert_eq!(found.len(), terms.iter().count(), "no term stands twice");
        let expected: BTreeMap<Feature, i32> = counts(&text, true)
            .into_iter()
            .map(|(feature, count)| (feature, (16.0 * (1.0 + f64::from(count).ln())).round() as i32))
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_word_of_which_no_gram_occurs_twice_has_length_one() {
    let analyzer = Analyzer::indonesian();
    let texts = ["jembatan", "rusak", "gelap"];
    let vectorizer = Vectorizer::fit(&analyzer, &texts, &spec(1, 1, 5)).unwrap();
    let matrix = vectorizer.transform(&analyzer, &texts);
    for row in 0..3 {
        assert!((length(&matrix, row) - 1.0).abs() < 1e-5);
    }
    // ` gelap ` has seven characters: 5 trigrams, 4 of four, 3 of five, and the word itself.
    assert_eq!(matrix.row(2).0.len(), 5 + 4 + 3 + 1);
    // An unknown word is known by what it shares: ` ru`, `rus`, ` rus`, and so on.
    let unknown = vectorizer.transform(&analyzer, &["rusuh", "zzyx"]);
    assert_eq!(unknown.row(0).0.len(), [" ru", "rus", " rus"].len());
    assert!(unknown.row(1).0.is_empty(), "nothing is known of it");
}

#[test]
fn rare_features_are_left_out() {
    let analyzer = Analyzer::indonesian();
    let texts = ["jalan rusak", "jalan rusak parah", "jalan gelap jalan gelap jalan gelap", "air jalan"];
    let features = |min_df, pair| {
        let vectorizer = Vectorizer::fit(&analyzer, &texts, &spec(min_df, pair, 0)).unwrap();
        let count = |block| vectorizer.features().iter().filter(|feature| feature.0 == block).count();
        (count(Block::Word), count(Block::Pair))
    };
    assert_eq!(features(1, 1), (5, 5));
    assert_eq!(features(2, 2), (2, 1));
    assert_eq!(features(4, 9), (1, 0));
    assert_eq!(features(5, 1), (0, 5));
}

#[test]
fn names_and_digits_are_never_features() {
    let analyzer = Analyzer::indonesian();
    let texts = [
        "abdul lapor 081211112222 nomor 7",
        "abdul lapor 081233334444 nomor 9",
        "abdul lapor 3511112222333344 nomor 12",
    ];
    let vectorizer = Vectorizer::fit(&analyzer, &texts, &spec(1, 1, 5)).unwrap();
    let keys: BTreeSet<Key> = vectorizer.features().iter().map(|feature| feature.1).collect();
    let mut tokens = Tokens::new();
    analyzer.analyze("abdul 7 12 081211112222 081255556666 3511112222333344", &mut tokens);
    let [name, seven, twelve, phone, other_phone, nik] = tokens.as_slice() else { panic!("six tokens") };
    assert_eq!(name.kind(), TokenKind::Name);
    assert_eq!(Key::word(name), None);
    assert_eq!(Key::word(seven), Key::word(twelve), "all numbers are one feature");
    assert_eq!(Key::word(phone), Key::word(other_phone), "all telephone numbers are one feature");
    assert_ne!(Key::word(phone), Key::word(nik));
    assert!(keys.contains(&Key::word(seven).unwrap()));
    // Other digits and another name give the very same rows.
    let row = |text: &str| vectorizer.transform(&analyzer, &[text]);
    assert_eq!(row(texts[0]), row("abbas lapor 081299990000 nomor 34"));
    // Of a name and its neighbour there is no pair, and of a name no n-gram.
    assert!(row("abdul").row(0).0.is_empty());
    assert_eq!(row("abdul lapor"), row("lapor abdul"));
}

#[test]
fn values_outside_their_range_are_refused_by_name() {
    type Change = fn(&mut FeatureSpec);
    let table: [(&str, &str, Change); 9] = [
        ("chars_max", "9", |spec| spec.chars_max = 9),
        ("chars_min", "0", |spec| spec.chars_min = 0),
        ("chars_min", "6", |spec| spec.chars_min = 6),
        ("min_df", "0", |spec| spec.min_df = 0),
        ("min_df_pair", "0", |spec| spec.min_df_pair = 0),
        ("min_df_char", "0", |spec| spec.min_df_char = 0),
        ("pair_weight", "-1", |spec| spec.pair_weight = -1.0),
        ("char_weight", "10.5", |spec| spec.char_weight = 10.5),
        ("char_weight", "NaN", |spec| spec.char_weight = f32::NAN),
    ];
    for (name, value, change) in table {
        let mut spec = FeatureSpec::default();
        change(&mut spec);
        let error = Vectorizer::fit(&Analyzer::plain(), &["jalan"], &spec).unwrap_err();
        assert_eq!(error.kind(), pilah::ErrorKind::Parameter);
        let message = error.to_string();
        assert!(message.starts_with(&format!("`{name}` is {value}:")), "{message}");
    }
    let mut off = FeatureSpec::default();
    (off.chars_min, off.chars_max) = (0, 0);
    assert!(Vectorizer::fit(&Analyzer::plain(), &["jalan"], &off).is_ok(), "no n-grams at all is a choice");
}

#[test]
fn matrices_are_what_was_pushed() {
    let mut builder = Matrix::builder(4);
    builder.push(&[0, 3], &[1.0, 2.0]);
    builder.push(&[], &[]);
    builder.push(&[2], &[3.0]);
    let matrix = builder.finish();
    check_matrix(&matrix);
    assert_eq!((matrix.rows(), matrix.width(), matrix.entries()), (3, 4, 3));
    assert_eq!(matrix.row(0), (&[0, 3][..], &[1.0, 2.0][..]));
    assert_eq!(matrix.row(1), (&[][..], &[][..]));
    assert_eq!(matrix.row(3), (&[][..], &[][..]), "a row that is not there is empty");
    let chosen = matrix.select(&[2, 0, 2]);
    assert_eq!((chosen.rows(), chosen.width(), chosen.entries()), (3, 4, 4));
    assert_eq!(chosen.row(0), matrix.row(2));
    assert_eq!(chosen.row(1), matrix.row(0));
    assert_eq!(Matrix::builder(7).finish().rows(), 0);
}

#[test]
fn no_texts_give_no_features() {
    let vectorizer =
        Vectorizer::fit(&Analyzer::indonesian(), &[] as &[&str], &FeatureSpec::default()).unwrap();
    assert!(vectorizer.features().is_empty());
    let matrix = vectorizer.transform(&Analyzer::indonesian(), &["jalan rusak", ""]);
    assert_eq!((matrix.rows(), matrix.entries()), (2, 0));
}
