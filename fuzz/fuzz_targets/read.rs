//! Bytes as a file: three choose format, columns and threads, the rest is the file.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/fuzz/check.rs"]
mod check;

use libfuzzer_sys::fuzz_target;
use pilah::model::{Columns, Field, Format, Profile};
use pilah::routing::Triage;

const FORMATS: [Format; 6] =
    [Format::Csv, Format::Jsonl, Format::Json, Format::Lines, Format::Xlsx, Format::Sheet];
const PROFILES: [Profile; 4] = [Profile::Named, Profile::Guess, Profile::Sp4n, Profile::Open311];

fuzz_target!(|bytes: &[u8]| {
    let [format, columns, threads, file @ ..] = bytes else { return };
    let profile = PROFILES[usize::from(*columns) % PROFILES.len()];
    let named = matches!(profile, Profile::Named | Profile::Guess) || columns & 128 != 0;
    let columns = Columns {
        text: if named { vec!["isi".into()] } else { Vec::new() },
        fields: if named {
            vec![(Field::Village, "kel".into()), (Field::Date, "tanggal".into())]
        } else {
            Vec::new()
        },
        profile,
        ..Columns::default()
    };
    let threads = 1 + usize::from(threads & 1);
    // A typed error is an answer.
    let _ =
        check::read(Triage::shipped, file, FORMATS[usize::from(*format) % FORMATS.len()], &columns, threads);
});
