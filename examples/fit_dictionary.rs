//! Makes the dictionary that decisions are packed with, from decisions on the shipped sample:
//!
//! ```sh
//! cargo run --release --example fit_dictionary -- data/store/decisions.zdict
//! ```
//!
//! A store keeps the dictionary that it was made with, so a new one changes new stores only.

use pilah::complaint::Complaint;
use pilah::model::{Batch, Columns, Field, Format, Reader};
use pilah::routing::Triage;

/// Larger ones pack no better.
const BYTES: usize = 24 << 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args().nth(1).ok_or("name the file to write")?;
    let columns = Columns {
        text: vec!["title".into(), "text".into()],
        fields: vec![(Field::Village, "village".into()), (Field::District, "district".into())],
        ..Columns::default()
    };
    let sample = include_bytes!("../data/sample.jsonl");
    let mut reader = Reader::new(&sample[..], Format::Jsonl, &columns)?;
    let (mut batch, mut decisions) = (Batch::new(), Vec::new());
    let mut triage = Triage::shipped();
    while reader.read(&mut batch, 1000)? {
        for row in batch.rows() {
            decisions.push(serde_json::to_vec(&triage.decide(&row.complaint()))?);
            let bare = Complaint { text: row.text(), ..Complaint::default() };
            decisions.push(serde_json::to_vec(&triage.decide(&bare))?);
        }
    }
    let dictionary = zstd::dict::from_samples(&decisions, BYTES)?;
    std::fs::write(&out, &dictionary)?;
    println!("{} decisions, {} bytes in {out}", decisions.len(), dictionary.len());
    Ok(())
}
