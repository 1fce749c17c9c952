//! Labels to weights: one head on a ready matrix, and a whole model.

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use linfa::dataset::DatasetBase;
use linfa::prelude::*;
use ndarray::Array1;
use pilah::Bundle;
use pilah::features::{FeatureSpec, Matrix, Vectorizer};
use pilah::model::{Batch, Example, Figures, LinearModel, Training};
use pilah::text::Analyzer;

/// Rows of the sample that answer to no office stand under this mark.
const NONE: &str = "-";

fn main() {
    let criterion = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3));
    let mut criterion = criterion.configure_from_args();
    let sample = common::sample();
    linear(&mut criterion, &sample);
    whole(&mut criterion, &sample);
    criterion.final_summary();
}

fn linear(criterion: &mut Criterion, sample: &Batch) {
    let data = dataset(sample);
    let params = LinearModel::params().check().expect("the defaults");
    let fit = || params.fit(black_box(&data)).expect("enough labels");
    let model = fit();
    assert_eq!(model, fit(), "the same data must give the same model");
    let (truth, predicted) = (data.targets.to_vec(), model.predict(data.records()).to_vec());
    let accuracy = Figures::new(&truth, &predicted).accuracy();
    assert!(accuracy > 0.9, "training accuracy is {accuracy}");
    let mut group = criterion.benchmark_group("train");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("linear", |bencher| bencher.iter(fit));
    group.finish();
}

/// The sample's texts as features, its functions as classes.
fn dataset(sample: &Batch) -> DatasetBase<Matrix, Array1<usize>> {
    let rows = || sample.rows().filter(|row| row.other(0) != NONE);
    let texts: Vec<&str> = rows().map(|row| row.text()).collect();
    let mut labels: Vec<&str> = rows().map(|row| row.other(0)).collect();
    labels.sort_unstable();
    labels.dedup();
    let analyzer = Analyzer::indonesian();
    let vectorizer = Vectorizer::fit(&analyzer, &texts, &FeatureSpec::default()).expect("the default spec");
    let classes = rows().map(|row| labels.partition_point(|label| *label < row.other(0)));
    DatasetBase::new(vectorizer.transform(&analyzer, &texts), classes.collect())
}

fn whole(criterion: &mut Criterion, sample: &Batch) {
    let label = |label: &str| (label != NONE).then(|| label.to_owned());
    let examples: Vec<Example> = sample
        .rows()
        .map(|row| Example::new(row.text(), [label(row.other(0)), label(row.other(1))]))
        .collect();
    let run = || {
        let mut training = Training::new(["function", "category"]);
        training.min_count = 5;
        training.run(black_box(&examples), |_| ()).expect("enough labels")
    };
    let bundle = run();
    assert_eq!(bundle.to_bytes(), run().to_bytes(), "the same examples must give the same bytes");
    assert_bundle(&bundle, &examples);
    let mut group = criterion.benchmark_group("train");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("whole", |bencher| bencher.iter(run));
    group.finish();
}

/// Every label with five rows is there, and the model knows what it was told.
fn assert_bundle(bundle: &Bundle, examples: &[Example]) {
    let mut classifier = bundle.classifier();
    for (place, head) in bundle.heads().iter().enumerate() {
        let known = |example: &&Example| {
            example.labels[place].as_ref().is_some_and(|label| head.labels().contains(label))
        };
        let rows: Vec<&Example> = examples.iter().filter(known).collect();
        assert!(
            rows.len() * 10 >= examples.len() * 9,
            "{}: {} rows with a known label",
            head.name(),
            rows.len()
        );
        let mut right = 0;
        for example in &rows {
            let prediction = classifier.classify(&example.text);
            let answer = prediction.head(head.name()).map(|answer| answer.label());
            right += usize::from(answer == example.labels[place].as_deref());
        }
        assert!(right * 10 > rows.len() * 9, "{}: {right} of {} right", head.name(), rows.len());
    }
}
