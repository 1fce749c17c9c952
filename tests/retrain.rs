//! What a model is made again with: evidence against a label, drift between two periods, two models compared.
#![allow(missing_docs)]

use pilah::model::{Comparison, Drift, DriftReport, Evaluation, Example, Training};
use pilah::text::Analyzer;
use pilah::{Bundle, ErrorKind};
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

/// Short texts of three labels, with words that labels share.
fn texts() -> Vec<(String, &'static str)> {
    let kinds = [
        ("jalan", ["jalan berlubang", "aspal jalan rusak", "jalan ambles", "trotoar jalan pecah"]),
        ("lampu", ["lampu jalan mati", "lampu taman padam", "tiang lampu roboh", "lampu redup"]),
        ("sampah", ["sampah menumpuk", "bak sampah penuh", "sampah jalan bau", "truk sampah tidak datang"]),
    ];
    let ends = ["", "di gang", "sejak pagi", "sudah lama", "mohon dicek", "depan sekolah", "dekat pasar"];
    let mut texts = Vec::new();
    for (label, beginnings) in kinds {
        for beginning in beginnings {
            texts.extend(ends.iter().map(|end| (format!("{beginning} {end}"), label)));
        }
    }
    texts
}

fn train(examples: &[Example]) -> Bundle {
    let mut training = Training::new(["k", "l"]);
    training.analyzer = Analyzer::plain(); // the lexicon may grow, and what is trained here must not change with it
    (training.min_count, training.spec.min_df, training.spec.min_df_pair) = (2, 1, 1);
    training.run(examples, |_| ()).unwrap()
}

fn labelled() -> Vec<Example> {
    let second =
        |label: &str| (label != "sampah").then(|| ["x", "y"][usize::from(label == "jalan")].to_owned());
    texts()
        .into_iter()
        .map(|(text, label)| Example::new(text, [Some(label.to_owned()), second(label)]))
        .collect()
}

/// The model that [`labelled`] gave before there was evidence against labels. It changes with the version in it, the
/// format, the features and the trainer, and with nothing else.
const BEFORE: &str = "a99da31b5d620440";

#[test]
fn without_evidence_against_labels_the_bytes_are_those_of_before() {
    assert_eq!(train(&labelled()).id(), BEFORE);
}

#[test]
fn what_says_nothing_changes_nothing() {
    let plain = train(&labelled());
    let mut told = labelled();
    for example in &mut told {
        // It has a label of the first head, no matter which it is not; the rest is unknown.
        example.not = vec![(0, "lampu".to_owned()), (1, "laut".to_owned()), (7, "x".to_owned())];
    }
    assert_eq!(train(&told).id(), plain.id());
    let bounced = |not: &[&str]| bounced(&[not]);
    assert_eq!(bounced(&["laut"]).id(), bounced(&[]).id());
    assert_ne!(bounced(&["lampu"]).id(), bounced(&[]).id());
}

#[test]
fn equal_texts_are_none_of_what_any_of_them_is_not() {
    assert_eq!(bounced(&[&["lampu"], &["sampah"]]).id(), bounced(&[&["sampah", "lampu", "lampu"]]).id());
}

/// With texts of a kind that no label has, once for each list of what they are not.
fn bounced(not: &[&[&str]]) -> Bundle {
    let mut examples = labelled();
    for end in ["di gang", "sejak pagi", "sudah lama", "dekat pasar", "depan sekolah", "mohon dicek"] {
        for not in not {
            let not = not.iter().map(|label| (0, (*label).to_owned())).collect();
            examples
                .push(Example { not, ..Example::new(format!("lampu kamar hotel mati {end}"), [NONE, NONE]) });
        }
    }
    train(&examples)
}

const NONE: Option<String> = None;

/// Every label of the first head with its probability, the most probable first.
fn ranked(bundle: &Bundle, text: &str) -> Vec<(String, f32)> {
    let mut classifier = bundle.classifier();
    let prediction = classifier.classify(text);
    prediction.head("k").unwrap().ranked().map(|(label, p)| (label.to_owned(), p)).collect()
}

/// Draws texts: two or three words of a kind, and as many that every kind has, the first of them far more often.
struct Writer {
    rng: SmallRng,
    common: Vec<String>,
}

const KINDS: [(&str, [&str; 6]); 3] = [
    ("jalan", ["jalan", "aspal", "lubang", "trotoar", "ambles", "rusak"]),
    ("lampu", ["lampu", "padam", "gelap", "tiang", "listrik", "redup"]),
    ("sampah", ["sampah", "bau", "truk", "bak", "menumpuk", "plastik"]),
];

impl Writer {
    fn new(seed: u64) -> Self {
        let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
        let common = (0..150).map(|at| format!("kata{}{}", letter(at / 26), letter(at))).collect();
        Self { rng: SmallRng::seed_from_u64(seed), common }
    }

    fn filler(&mut self, count: usize) -> Vec<String> {
        let place = |rng: &mut SmallRng, most: usize| (rng.random::<f64>().powi(2) * most as f64) as usize;
        (0..count).map(|_| self.common[place(&mut self.rng, self.common.len())].clone()).collect()
    }

    fn of(&mut self, kind: usize) -> String {
        let mut words = self.filler(5);
        // Some say little, and some mix two kinds.
        for _ in 0..self.rng.random_range(0..4) {
            words.push(KINDS[kind].1[self.rng.random_range(0..6)].to_owned());
        }
        if self.rng.random_bool(0.2) {
            words.push(KINDS[(kind + 1) % 3].1[self.rng.random_range(0..6)].to_owned());
        }
        words.join(" ")
    }

    fn any(&mut self) -> String {
        let kind = self.rng.random_range(0..3);
        self.of(kind)
    }

    fn examples(&mut self, count: usize) -> Vec<Example> {
        (0..count).map(|at| Example::new(self.of(at % 3), [Some(KINDS[at % 3].0)])).collect()
    }
}

fn train_kinds(examples: &[Example], heads: &[&str]) -> Bundle {
    let mut training = Training::new(heads.iter().copied());
    training.analyzer = Analyzer::plain();
    training.min_count = 5;
    training.run(examples, |_| ()).unwrap()
}

fn model_of_kinds() -> Bundle {
    let mut training = Training::new(["k"]);
    training.analyzer = Analyzer::plain();
    training.run(&Writer::new(1).examples(900), |_| ()).unwrap()
}

#[test]
fn a_label_that_was_bounced_is_less_probable_and_the_others_keep_their_order() {
    let of_hotels = |writer: &mut Writer| format!("{} kamar hotel", writer.of(1));
    let model = |not: &[(usize, String)]| {
        let mut writer = Writer::new(5);
        let mut examples = writer.examples(600);
        let bounced = |_| Example { not: not.to_vec(), ..Example::new(of_hotels(&mut writer), [NONE]) };
        examples.extend((0..40).map(bounced));
        train_kinds(&examples, &["k"])
    };
    let (before, after) = (model(&[]), model(&[(0, "lampu".to_owned())]));
    let mut writer = Writer::new(6);
    let mut fall = 0.0;
    for _ in 0..50 {
        let text = of_hotels(&mut writer);
        let [old, new] = [&before, &after].map(|bundle| ranked(bundle, &text));
        let p = |ranked: &[(String, f32)]| ranked.iter().find(|(label, _)| label == "lampu").unwrap().1;
        assert!(p(&new) < p(&old), "{text}: {} after {}", p(&new), p(&old));
        fall += (p(&old) - p(&new)) / 50.0;
        // The planes of the others are the same, but weights are rounded together: near ties may turn.
        let others = |ranked: Vec<(String, f32)>| ranked.into_iter().filter(|(label, _)| label != "lampu");
        let (old, new): (Vec<_>, Vec<_>) = (others(old).collect(), others(new).collect());
        assert!(old[0].0 == new[0].0 || old[0].1 < 1.5 * old[1].1, "{text}: {old:?}, then {new:?}");
    }
    assert!(fall > 0.2, "{fall}");
    // What is of the label remains so, and facts count labels alone.
    assert_eq!(ranked(&after, "lampu padam gelap")[0].0, "lampu");
    assert_eq!(after.heads()[0].facts().label_rows, [200; 3]);
}

fn drift(model: &Bundle, earlier: &[String], later: &[String]) -> DriftReport {
    let mut drift = Drift::new(model, "k").unwrap();
    for text in earlier {
        drift.earlier(text);
    }
    for text in later {
        drift.later(text);
    }
    drift.finish(20)
}

#[test]
fn nothing_is_found_where_nothing_has_changed() {
    let model = model_of_kinds();
    let mut unsure = 0.0;
    let loud = (0..200).filter(|&seed| {
        let mut writer = Writer::new(1000 + seed);
        // Periods of all sizes, the later one often the smaller.
        let (earlier, later) = (60 + 2 * seed as usize, 460 - 2 * seed as usize);
        let earlier: Vec<String> = (0..earlier).map(|_| writer.any()).collect();
        let later: Vec<String> = (0..later).map(|_| writer.any()).collect();
        let report = drift(&model, &earlier, &later);
        unsure += report.heads[0].confidence.unsure_later / 200.0;
        !report.is_quiet()
    });
    let loud = loud.count();
    assert!(loud as f64 <= DriftReport::LEVEL * 200.0, "{loud} of 200 reports are loud");
    assert!(unsure > 0.1 && unsure < 0.9, "topics had no chance: {unsure}");
}

/// Nine heads on texts as citizens write them, shuffled and cut anywhere.
#[test]
fn nothing_is_found_between_shuffled_parts_of_the_sample() {
    let text = |line: &str| -> String {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["text"].as_str().unwrap().to_owned()
    };
    let mut texts: Vec<String> = include_str!("../data/sample.jsonl").lines().map(text).collect();
    let mut rng = SmallRng::seed_from_u64(11);
    let loud = (0..200).filter(|split| {
        texts.shuffle(&mut rng);
        let (earlier, later) = texts.split_at(40 + 2 * split);
        let mut drift = Drift::new(Bundle::shipped(), "function").unwrap();
        for text in earlier {
            drift.earlier(text);
        }
        for text in later {
            drift.later(text);
        }
        !drift.finish(20).is_quiet()
    });
    let loud = loud.count();
    assert!(loud as f64 <= DriftReport::LEVEL * 200.0, "{loud} of 200 reports are loud");
}

#[test]
fn a_planted_topic_is_found_with_its_words() {
    let model = model_of_kinds();
    let mut writer = Writer::new(7);
    let earlier: Vec<String> = (0..600).map(|_| writer.any()).collect();
    let mut later: Vec<String> = (0..560).map(|_| writer.any()).collect();
    for at in 0..40 {
        let extra = ["baling", "terbang"][at % 2];
        later.insert(at * 10, format!("{} drone {extra} jatuh", writer.filler(4).join(" ")));
    }
    let report = drift(&model, &earlier, &later);
    assert_eq!((report.earlier, report.later), (600, 600));
    let words: Vec<_> = report.words.iter().map(|new| (new.word.as_str(), new.earlier, new.later)).collect();
    assert_eq!(words, [("drone", 0, 40), ("jatuh", 0, 40), ("baling", 0, 20), ("terbang", 0, 20)]);
    // 2 · Σ O · ln(O / E), by hand: 40 and 560 of 600 against 0 and 600.
    let g2 = 2.0 * (40.0 * 2f64.ln() + 560.0 * (560f64 / 580.0).ln() + 600.0 * (600f64 / 580.0).ln());
    assert!((report.words[0].g2 - g2).abs() < 1e-9);
    assert_eq!(report.topics.len(), 1, "{:?}", report.topics);
    let topic = &report.topics[0];
    assert_eq!(topic.words[..2], ["drone", "jatuh"]);
    assert!(topic.words.contains(&"baling".to_owned()) && topic.words.contains(&"terbang".to_owned()));
    assert!(topic.texts > 20 && topic.texts <= 40, "{topic:?}");
    // The order in which texts come does not matter.
    let mut mixed = Drift::new(&model, "k").unwrap();
    for (earlier, later) in earlier.iter().zip(&later).rev() {
        mixed.later(later);
        mixed.earlier(earlier);
    }
    let exact =
        |report: &DriftReport| (report.words.clone(), report.topics.clone(), report.heads[0].labels.clone());
    assert_eq!(exact(&mixed.finish(20)), exact(&report));
    assert_eq!(mixed.finish(1).words.len(), 1);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["topics"][0]["words"][0], "drone");
}

#[test]
fn other_labels_and_less_sureness_are_found() {
    let model = model_of_kinds();
    let mut writer = Writer::new(9);
    let earlier: Vec<String> = (0..300).map(|at| writer.of(at % 3)).collect();
    let later: Vec<String> = (0..300).map(|at| writer.of([0, 0, 0, 1, 2][at % 5])).collect();
    let head = &drift(&model, &earlier, &later).heads[0];
    let changed: Vec<_> =
        head.labels.iter().map(|label| (label.label.as_str(), label.changed, label.z > 0.0)).collect();
    assert_eq!(changed[0], ("jalan", true, true));
    assert!(!changed[1].2 && !changed[2].2, "{changed:?}");
    assert!(!head.confidence.fell);
    // The index by its definition: half a text is added to each of three labels.
    let smooth = |share: f64| (share * 300.0 + 0.5) / 301.5;
    let each = head.labels.iter().map(|label| (smooth(label.earlier), smooth(label.later)));
    let psi: f64 = each.map(|(p, q)| (q - p) * (q / p).ln()).sum();
    assert!((head.psi - psi).abs() < 1e-12 && head.psi > 0.1, "{} and {psi}", head.psi);
    assert!((head.psi_by_chance - 2.0 * (2.0 / 300.0)).abs() < 1e-12);

    let vague: Vec<String> = (0..300).map(|_| writer.filler(6).join(" ")).collect();
    let confidence = &drift(&model, &earlier, &vague).heads[0].confidence;
    assert!(confidence.fell && confidence.later < confidence.earlier, "{confidence:?}");
    assert!(confidence.unsure_later > confidence.unsure_earlier, "{confidence:?}");
}

#[test]
fn no_name_and_no_rare_word_is_reported() {
    let mut drift = Drift::new(Bundle::shipped(), "function").unwrap();
    for at in 0..80 {
        drift.earlier("jalan berlubang");
        drift.later(if at < 4 {
            "stapelvoltase meledak"
        } else {
            "kata Abdul drone jatuh, hubungi 081234567890"
        });
    }
    let report = drift.finish(100);
    let words: Vec<&str> = report.words.iter().map(|new| new.word.as_str()).collect();
    assert!(words.contains(&"drone"), "{words:?}");
    let json = serde_json::to_string(&report).unwrap();
    for hidden in ["abdul", "stapelvoltase", "meledak", "0812"] {
        assert!(!json.contains(hidden), "{hidden} in {json}");
    }
}

#[test]
fn periods_without_texts_are_quiet() {
    let mut drift = Drift::new(Bundle::shipped(), "function").unwrap();
    assert!(drift.finish(10).is_quiet());
    for _ in 0..50 {
        drift.later("jalan berlubang");
    }
    let report = drift.finish(10);
    assert!(report.is_quiet());
    assert!(!serde_json::to_string(&report).unwrap().contains("null"));
    assert_eq!(Drift::new(Bundle::shipped(), "cuaca").unwrap_err().kind(), ErrorKind::Parameter);
}

/// P(X ≤ less or X ≥ more), every coin by itself.
fn slow_mcnemar(a: usize, b: usize) -> f64 {
    let (less, all) = (a.min(b), a + b);
    let choose = |k: usize| (0..k).fold(1.0, |product, at| product * (all - at) as f64 / (at + 1) as f64);
    (2.0 * (0..=less).map(choose).sum::<f64>() / 2f64.powi(all as i32)).min(1.0)
}

#[test]
fn a_comparison_is_what_a_slow_reading_gives() {
    let current = model_of_kinds();
    // The candidate learned from few texts, and every fourth of them wrongly.
    let mut few = Writer::new(2).examples(120);
    for example in few.iter_mut().step_by(4) {
        example.labels = vec![Some("jalan".to_owned())];
    }
    let candidate = train_kinds(&few, &["k"]);
    let held_out = Writer::new(3).examples(400);
    let comparison = Comparison::of(&current, &candidate, &held_out, &["k"]).unwrap();
    let found = &comparison.heads[0];
    let [mut old, mut new] = [current.classifier(), candidate.classifier()];
    let (mut only, mut gaps) = ([0, 0], [[0.0; 15]; 2]);
    for example in &held_out {
        let truth = example.labels[0].as_deref().unwrap();
        let right = [&mut old, &mut new].map(|classifier| {
            let prediction = classifier.classify(&example.text);
            let answer = prediction.head("k").unwrap();
            (answer.label() == truth, answer.p())
        });
        only[0] += usize::from(right[0].0 && !right[1].0);
        only[1] += usize::from(right[1].0 && !right[0].0);
        for (gaps, (right, p)) in gaps.iter_mut().zip(right) {
            gaps[((p * 15.0) as usize).min(14)] += f64::from(p) - if right { 1.0 } else { 0.0 };
        }
    }
    assert_eq!([found.only_current, found.only_candidate], only);
    assert!((found.p - slow_mcnemar(only[0], only[1])).abs() < 1e-12, "{found:?}");
    for ((bundle, quality), gaps) in
        [(&current, found.current), (&candidate, found.candidate)].into_iter().zip(gaps)
    {
        let mut evaluation = Evaluation::new(bundle, &["k"]).unwrap();
        for row in &held_out {
            evaluation.add(&row.text, &[row.labels[0].as_deref().unwrap()]);
        }
        let expected = &evaluation.finish(0.05)[0].1;
        assert_eq!((quality.accuracy, found.n), (expected.accuracy, expected.n));
        assert!((quality.macro_f1 - expected.macro_f1).abs() < 1e-12);
        let error = gaps.iter().map(|gap| f64::abs(*gap)).sum::<f64>() / 400.0;
        assert!((quality.calibration_error - error).abs() < 1e-12);
    }
    assert!(comparison.is_worse() && found.p < 0.05, "{found:?}");
    assert!(!Comparison::of(&candidate, &current, &held_out, &["k"]).unwrap().is_worse());
    let same = Comparison::of(&current, &current, &held_out, &["k"]).unwrap();
    assert!(!same.is_worse() && same.heads[0].p >= 1.0);
}

#[test]
fn heads_and_labels_of_one_model_are_told_apart() {
    let one = Writer::new(4).examples(300);
    let new_label = |(at, example): (usize, &Example)| {
        let label = if at % 2 == 0 { "darat" } else { "laut" };
        Example { labels: vec![example.labels[0].clone(), Some(label.to_owned())], ..example.clone() }
    };
    let two: Vec<Example> = one.iter().enumerate().map(new_label).collect();
    let (narrow, wide) = (train_kinds(&one, &["k"]), train_kinds(&two, &["k", "l"]));
    let gained = Comparison::of(&narrow, &wide, &two, &["k", "l"]).unwrap();
    assert_eq!((gained.heads.len(), &*gained.only_candidate), (1, &["l".to_owned()][..]));
    assert!(!gained.is_worse());
    let lost = Comparison::of(&wide, &narrow, &two, &["k", "l"]).unwrap();
    assert_eq!(lost.only_current, ["l"]);
    assert!(lost.is_worse());
    assert_eq!(Comparison::of(&narrow, &wide, &two, &["cuaca"]).unwrap_err().kind(), ErrorKind::Parameter);

    // A label that neither knows is left out; one that only the candidate knows is wrong for the other.
    let mut rows: Vec<Example> = one.iter().take(30).cloned().collect();
    rows.push(Example::new("air laut naik", [Some("rob")]));
    assert_eq!(Comparison::of(&narrow, &narrow, &rows, &["k"]).unwrap().heads[0].unknown_labels, 1);
    let flood = (0..40).map(|at| Example::new(format!("air laut naik {}", one[at].text), [Some("rob")]));
    let knows = train_kinds(&one.iter().cloned().chain(flood).collect::<Vec<_>>(), &["k"]);
    let head = Comparison::of(&narrow, &knows, &rows[30..], &["k"]).unwrap().heads.remove(0);
    assert_eq!((head.n, head.unknown_labels, head.only_current, head.only_candidate), (1, 0, 0, 1));
}
