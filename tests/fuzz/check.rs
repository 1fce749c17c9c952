//! What holds of every decision and of every file that is read, whatever stands in it. The targets under `fuzz/` check
//! the same.

use pilah::complaint::Complaint;
use pilah::model::{Columns, Format, Reader};
use pilah::place::{Gazetteer, RegionCode};
use pilah::routing::{Agency, Decision, Triage, triage_stream};
use pilah::{Error, ErrorKind};
use serde_json::Value;

/// Decides twice and checks the decision; gives its JSON.
pub(crate) fn decide(triage: &mut Triage<'_>, complaint: &Complaint<'_>) -> Vec<u8> {
    let decision = triage.decide(complaint);
    check(&decision);
    let json = serde_json::to_vec(&decision).unwrap();
    let value: Value = serde_json::from_slice(&json).unwrap();
    assert!(value["action"].is_string() && value["score"].is_f64(), "{value}");
    assert_eq!(serde_json::to_vec(&triage.decide(complaint)).unwrap(), json, "the same twice");
    json
}

fn check(decision: &Decision<'_>) {
    let agencies = || decision.agency.iter().chain(&decision.alternatives).chain(&decision.also);
    let sites = decision.place.iter().map(|place| (place.region, place.p));
    let guesses = decision.place.iter().filter_map(|place| place.guess).map(|guess| (guess.region, guess.p));
    let places: Vec<(RegionCode, f32)> = sites.chain(guesses).collect();
    let answers = [decision.kind.p, decision.category.p].into_iter();
    for p in answers.chain(agencies().map(|agency| agency.p)).chain(places.iter().map(|place| place.1)) {
        assert!((0.0..=1.0).contains(&p), "p {p} of {decision:?}");
    }
    let regions = places.iter().map(|place| place.0).chain(agencies().filter_map(|agency| agency.region));
    for region in regions {
        assert!(Gazetteer::shipped().contains_code(region), "no region {region}: {decision:?}");
    }
    let named =
        |agency: &Agency| !agency.id.is_empty() && !agency.name.is_empty() && !agency.function.is_empty();
    assert!(agencies().all(named), "{decision:?}");
    assert!(!decision.reason.is_empty());

    let sum: f64 = decision.evidence.iter().map(|reason| reason.contribution).sum();
    assert!((sum - decision.score).abs() < 1e-6, "{sum} is not {}: {:?}", decision.score, decision.evidence);
    assert!(decision.flags.is_sorted_by(|a, b| a < b), "{:?}", decision.flags);
    assert!(decision.flags.iter().all(|flag| !flag.name().is_empty()), "{:?}", decision.flags);
}

/// Rows and rejects of a file that could be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) rejects: u64,
}

/// Reads a file and decides about its rows: each has a line of JSON or a reject with line and reason, or the file a
/// typed error.
pub(crate) fn read<'m>(
    worker: impl Fn() -> Triage<'m> + Sync,
    bytes: &[u8],
    format: Format,
    columns: &Columns,
    threads: usize,
) -> Result<(Counts, Vec<u8>), Error> {
    let mut out = Vec::new();
    let mut counts = Counts { rows: 0, rejects: 0 };
    let decided = Reader::new(bytes, format, columns).and_then(|mut reader| {
        triage_stream(worker, &mut reader, &mut out, threads, |batch| {
            counts.rows += batch.len() as u64;
            counts.rejects += batch.rejects().len() as u64;
            for reject in batch.rejects() {
                assert!(reject.line > 0 && !reject.reason.is_empty(), "{reject:?}");
            }
            let lines: Vec<u64> = batch.rows().map(|row| row.line()).collect();
            assert!(lines.is_sorted() && lines.first() != Some(&0), "{lines:?}");
        })
    });
    for line in out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let value: Value = serde_json::from_slice(line).unwrap();
        assert!(value["id"].is_string() && value["action"].is_string(), "{value}");
    }
    match decided {
        Ok(rows) => {
            let written = out.split(|&byte| byte == b'\n').count() as u64 - 1;
            assert_eq!((rows, written), (counts.rows, counts.rows));
            Ok((counts, out))
        }
        Err(error) => {
            let kinds = [ErrorKind::Input, ErrorKind::Parameter];
            assert!(kinds.contains(&error.kind()) && !error.to_string().is_empty(), "{error:?}");
            Err(error)
        }
    }
}
