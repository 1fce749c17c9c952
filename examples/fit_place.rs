//! Fits the weights with which a place memory is pooled with the names of a text (`src/place/pool.rs`):
//! `cargo run --release --example fit_place -- WITHIN MODEL LATER.csv [MODEL LATER.csv …]`.
//!
//! Each MODEL has a place memory (`pilah train --village`) and was trained on what came before its LATER rows, whose
//! columns are `text`, `alamat`, `kelurahan` and `kecamatan`. The weights maximise the likelihood of the right villages
//! under a softmax (conditional logit) with an L2 penalty, by gradient ascent with a step for each weight (Rprop).

use std::error::Error;
use std::path::Path;

use pilah::Bundle;
use pilah::model::{Batch, Columns, Field, Format, Reader, join_address};
use pilah::place::{Gazetteer, PlaceFields, PlaceQuery, RegionCode, Resolver, villages_of};
use pilah::routing::MEMORY_ADDRESS;

/// One complaint: its candidates and which of them is right.
struct Row {
    candidates: Vec<Vec<f32>>,
    right: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [within, pairs @ ..] = arguments.as_slice() else {
        return Err("usage: fit_place WITHIN MODEL LATER.csv [MODEL LATER.csv …]".into());
    };
    let within: RegionCode = within.parse()?;
    let mut rows = Vec::new();
    for pair in pairs.chunks_exact(2) {
        let before = rows.len();
        let all = read(Path::new(&pair[0]), Path::new(&pair[1]), within, &mut rows)?;
        eprintln!(
            "{}: {} of {all} rows have their village among the candidates",
            pair[1],
            rows.len() - before
        );
    }
    let weights = fit(&rows);
    println!("{weights:.2?}");
    Ok(())
}

fn read(
    model: &Path,
    later: &Path,
    within: RegionCode,
    rows: &mut Vec<Row>,
) -> Result<usize, Box<dyn Error>> {
    let model = Bundle::load(model)?;
    let mut heads = Vec::new();
    for (head, found) in model.heads().iter().enumerate() {
        if ["village", "district"].contains(&found.name()) {
            let codes: Vec<RegionCode> =
                found.labels().iter().map(|label| label.parse()).collect::<Result<_, _>>()?;
            heads.push((head, codes));
        }
    }
    let fields = [(Field::Address, "alamat"), (Field::Village, "kelurahan"), (Field::District, "kecamatan")];
    let columns = Columns {
        text: vec!["text".into()],
        fields: fields.map(|(field, column)| (field, column.to_owned())).to_vec(),
        ..Columns::default()
    };
    let mut reader = Reader::open(later, Format::Csv, &columns)?;
    let (mut batch, mut joined, mut memory) = (Batch::new(), String::new(), Vec::new());
    reader.read(&mut batch, usize::MAX)?;
    let places: Vec<PlaceFields<'_>> = batch
        .rows()
        .map(|row| PlaceFields {
            village: row.field(Field::Village),
            district: row.field(Field::District),
            ..PlaceFields::default()
        })
        .collect();
    let truth = villages_of(&places, Some(within));
    let mut classifier = model.classifier();
    let mut resolver = Resolver::new(Gazetteer::shipped());
    for (row, truth) in batch.rows().zip(truth) {
        join_address(row.text(), row.field(Field::Address), MEMORY_ADDRESS, &mut joined);
        let prediction = classifier.classify(&joined);
        memory.clear();
        for (head, codes) in &heads {
            let Some(answer) = prediction.iter().nth(*head) else { continue };
            let both = codes.iter().copied().zip(answer.probabilities().iter().copied());
            memory.extend(both.filter(|(_, p)| *p >= 2e-4));
        }
        let query = PlaceQuery {
            text: row.text(),
            address: row.field(Field::Address),
            within: Some(within),
            memory: &memory,
            ..PlaceQuery::default()
        };
        let candidates = resolver.memory_features(&query);
        let right = candidates.iter().position(|(village, _)| Some(*village) == truth);
        if let Some(right) = right {
            rows.push(Row {
                candidates: candidates.into_iter().map(|(_, features)| features).collect(),
                right,
            });
        }
    }
    Ok(batch.len())
}

fn fit(rows: &[Row]) -> Vec<f64> {
    let count = rows.first().map_or(0, |row| row.candidates[0].len());
    let (mut weights, mut steps) = (vec![0.0; count], vec![0.05; count]);
    let mut before = vec![0.0; count];
    for round in 0..200 {
        let (gradient, loss) = gradient(rows, &weights);
        for ((weight, step), (now, before)) in
            weights.iter_mut().zip(&mut steps).zip(gradient.iter().zip(&mut before))
        {
            let agrees: f64 = now * *before;
            *step *= if agrees > 0.0 {
                1.2
            } else if agrees < 0.0 {
                0.5
            } else {
                1.0
            };
            *weight += f64::signum(*now) * *step * f64::from(u8::from(*now != 0.0));
            *before = *now;
        }
        if round % 50 == 49 {
            eprintln!("round {}: {:.4} a row", round + 1, loss / rows.len() as f64);
        }
    }
    weights
}

/// Of the log-likelihood less half the squares of the weights, and minus the log-likelihood.
fn gradient(rows: &[Row], weights: &[f64]) -> (Vec<f64>, f64) {
    let mut gradient: Vec<f64> = weights.iter().map(|weight| -weight).collect();
    let mut loss = 0.0;
    for row in rows {
        let score = |features: &Vec<f32>| -> f64 {
            features.iter().zip(weights).map(|(feature, weight)| f64::from(*feature) * weight).sum()
        };
        let scores: Vec<f64> = row.candidates.iter().map(score).collect();
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|score| (score - most).exp()).sum();
        for (candidate, score) in row.candidates.iter().zip(&scores) {
            let p = (score - most).exp() / sum;
            for (gradient, feature) in gradient.iter_mut().zip(candidate) {
                *gradient -= p * f64::from(*feature);
            }
        }
        for (gradient, feature) in gradient.iter_mut().zip(&row.candidates[row.right]) {
            *gradient += f64::from(*feature);
        }
        loss -= scores[row.right] - most - sum.ln();
    }
    (gradient, loss)
}
