//! Figures against scikit-learn's own on the same predictions (`fixtures/metrics_expected.csv`, version 1.9,
//! `zero_division=0`): class 5 is never predicted and class 6 is never true.
#![allow(missing_docs)]

use pilah::model::Figures;

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

#[track_caller]
fn check(truth: &[usize], predicted: &[usize], accuracy: f64, macro_f1: f64) {
    let figures = Figures::new(truth, predicted);
    assert!((figures.accuracy() - accuracy).abs() < 1e-12, "accuracy {}", figures.accuracy());
    assert!((figures.macro_f1() - macro_f1).abs() < 1e-12, "macro-F1 {}", figures.macro_f1());
}

#[test]
fn figures_are_those_of_scikit_learn() {
    let pairs = rows(include_str!("fixtures/metrics.csv"));
    let column = |at: usize| pairs.iter().map(|pair| pair[at].parse().unwrap()).collect::<Vec<usize>>();
    let (truth, predicted) = (column(0), column(1));
    assert_eq!(truth.len(), 300);
    let expected = rows(include_str!("fixtures/metrics_expected.csv"));
    check(&truth, &predicted, number(&expected[0][3]), number(&expected[1][3]));
    let figures = Figures::new(&truth, &predicted);
    assert_eq!(figures.per_class().len(), 7);
    for (class, row) in figures.per_class().iter().zip(&expected[2..]) {
        assert_eq!((class.class.to_string(), class.support.to_string()), (row[0].clone(), row[4].clone()));
        for (found, wanted) in [class.precision, class.recall, class.f1].into_iter().zip(&row[1..4]) {
            assert!(
                (found - number(wanted)).abs() < 1e-12,
                "class {}: {found} instead of {wanted}",
                class.class
            );
        }
    }
}

#[test]
fn extremes() {
    check(&[], &[], 0.0, 0.0);
    check(&[3], &[3], 1.0, 1.0);
    check(&[0, 1], &[1, 0], 0.0, 0.0);
    check(&[0, 0, 1, 1], &[0, 0, 1, 0], 0.75, f64::midpoint(4.0 / 5.0, 2.0 / 3.0));
    // Numbers that neither side uses are no classes.
    assert_eq!(Figures::new(&[2, 9], &[2, 2]).per_class().len(), 2);
}

#[test]
fn what_is_longer_is_cut() {
    check(&[0, 1, 1], &[0, 1], 1.0, 1.0);
    check(&[0], &[0, 7, 7], 1.0, 1.0);
}
