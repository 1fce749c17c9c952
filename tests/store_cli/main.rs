//! The commands that work on a store, from outside: output, exit codes, and what must not be told.
#![cfg(all(feature = "store", feature = "cli"))]
#![allow(missing_docs)]

mod care;
mod files;
mod issues;
mod looking;
mod people;
#[path = "../stores/mod.rs"]
mod stores;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

/// Four complaints of an invented export; the third is confidential, the reporters' names must never be kept.
const EXPORT: &str = "Tracking ID,Tanggal Laporan Masuk,Waktu Laporan Masuk,Nama Pelapor,Judul Laporan,Isi Laporan Awal,\
Tipe Laporan (Anonim/Rahasia),Sumber Laporan,Status Laporan,Kota/Kabupaten,Kelurahan
8000001,23 Sep 2024,08:41:43,Wira Contoh,Lampu mati,Lampu jalan di gang kami mati sejak Senin malam,,Website,Ditutup oleh Admin,Kota Surabaya,Mojo
8000002,24 Sep 2024,09:00:00,Wira Contoh,Sampah,Sampah pasar menumpuk dan berbau sampai ke jalan,Anonim,SMS,,Kota Surabaya,
8000003,25 Sep 2024,10:00:00,Ratna Misal,Pungutan,Petugas loket kepingting meminta uang untuk akta,Rahasia,Whatsapp,Konten Terlupakan,Kota Surabaya,
8000004,26 Sep 2024,11:00:00,,Jalan,Jalan berlubang di depan sekolah dasar sudah memakan korban,,Website,,Kota Surabaya,Mojo
";

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn command(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut child = command(folder, arguments).spawn().unwrap();
    // It may have ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Words of a command line; what stands between quotes is one.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
        .collect()
}

/// Runs `pilah LINE --store store`: it must end with `code` and say each of `parts` on standard error; gives its output.
#[track_caller]
fn check(folder: &Path, line: &str, code: i32, parts: &[&str]) -> String {
    let mut arguments = words(line);
    arguments.extend(["--store", "store"]);
    let ran = run(folder, &arguments, "");
    assert_eq!(ran.code, Some(code), "{line}\n{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "`{line}` does not say `{part}`:\n{}", ran.err);
    }
    if code == 0 && parts.is_empty() {
        assert_eq!(ran.err, "", "{line}");
    }
    ran.out
}

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

fn get(folder: &Path, id: &str) -> Value {
    json(&check(folder, &format!("get {id}"), 0, &[]))
}

const INGEST: &str =
    "ingest --input ekspor.csv --format sp4n --reporter 'Nama Pelapor' --system sp4n --acks acks";

fn folder() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_path_buf();
    fs::write(folder.join("ekspor.csv"), EXPORT).unwrap();
    (directory, folder)
}

/// A store of the export.
fn store() -> (TempDir, PathBuf) {
    let (directory, folder) = folder();
    let out = check(&folder, INGEST, 0, &["ekspor.csv:4: warning: `Konten Terlupakan` is no status"]);
    assert_eq!(out, "4 new, 0 changed, 0 known, 0 rejected\n");
    (directory, folder)
}
