//! `pilah directory check`: what is wrong with the tables of an instance is found and named.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use pilah::routing::{Fault, Finding, check};
use tempfile::TempDir;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Instance files in a folder of their own.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn findings(files: &[(&str, &str)], name: &str) -> Vec<Finding> {
    let folder = folder(files);
    check(folder.path().join(name)).unwrap()
}

#[track_caller]
fn check_finds(files: &[(&str, &str)], name: &str, expected: &[(u64, Fault, &str)]) {
    let found = findings(files, name);
    for (line, fault, part) in expected {
        let is = |finding: &Finding| {
            finding.line == *line && finding.fault == *fault && finding.message.contains(part)
        };
        assert!(found.iter().any(is), "nothing of {line} {fault:?} {part:?} in {found:#?}");
    }
}

#[test]
fn what_ships_is_whole() {
    for file in [
        "data/instances/surabaya.toml",
        "data/instances/surabaya_offices.csv",
        "data/instances/surabaya_units.csv",
        "data/routing/offices.csv",
    ] {
        let found = check(root(file)).unwrap();
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(lines, [""; 0], "{file}");
    }
}

#[test]
fn the_check_finds_what_is_planted() {
    let toml = "name = 'x'\nteritory = '35.78'\nterritory = '35.78'\noffices = 'o.csv'\nunits = 'u.csv'\n\n[entry]\nqr-a = 'kesehatann'\nqr-b = 'kesehatan'\n\n[thresholds]\nurgent = 7\n";
    let offices = "function,unit,office,parent,stand_in\n\
        kesehatan,,Dinas Kesehatan,pendidikan,\n\
        pendidikan,,Dinas Pendidikan,kesehatan,\n\
        kesehatan,,Dinas Kesehatan Lagi,,\n\
        sosial,,Dinas Pendidikan,,\n\
        dinas,,Dinas,,\n\
        kelurahan-desa,35.15,Kelurahan Lain,,\n\
        perhubungan,,Dishub,dishub,mungkin\n";
    let units = "id,name,aliases,kind,region,parent\n\
        a,SDN Satu,Sekolah Kita,sd,,b\n\
        b,SDN Dua,Sekolah Kita,sd,35.78.08,a\n\
        c,SDN Satu,,sekolah,,\n\
        c,SDN Tiga,,sd,36.78,bukan\n";
    let files = [("i.toml", toml), ("o.csv", offices), ("u.csv", units)];
    check_finds(
        &files,
        "i.toml",
        &[
            (2, Fault::Unknown, "did you mean `territory`?"),
            (8, Fault::Unknown, "entry `qr-a` leads nowhere"),
            (12, Fault::Invalid, "`urgent` is 7"),
            (2, Fault::Circle, "circle"),
            (4, Fault::Double, "`kesehatan` of 35.78 stands in line 2"),
            (5, Fault::Double, "`Dinas Pendidikan` is the office of line 3 too"),
            (6, Fault::Unknown, "`dinas` is no function"),
            (7, Fault::Unknown, "no region of 35.78"),
            (8, Fault::Invalid, "`stand_in` is `mungkin`"),
            (8, Fault::Unknown, "`dishub` is no function"),
            (1, Fault::Gap, "no office for `bencana` in 35.78"),
            (1, Fault::Double, "`Kelurahan Wonorejo` is the office of 35.78.03.1005 and 35.78.05.1005"),
            (2, Fault::Circle, "the parents of `a`"),
            (3, Fault::Ambiguous, "`Sekolah Kita` of `b` is also `a`"),
            (4, Fault::Double, "`SDN Satu` of `c` is also `a`"),
            (4, Fault::Unknown, "`sekolah` is no kind of unit"),
            (5, Fault::Double, "id `c` stands in line 4"),
            (5, Fault::Unknown, "no region"),
            (5, Fault::Unknown, "parent `bukan`"),
        ],
    );
    let rules = "function,level,name,parent_function\n\
        kecamatan,kec,Kantor Camat,sekretariat\n\
        sekretariat,kab,Setda {region},\n\
        sekretariat,kab,Setda {region},\n\
        sekretariat,kota,Setda {region},\n\
        kesehatan,kab,Dinkes {region},sosiall\n\
        sosial,kab,Dinsos {region},pendidikan\n\
        pendidikan,kab,Disdik {region},sosial\n";
    check_finds(
        &[("r.csv", rules)],
        "r.csv",
        &[
            (2, Fault::Invalid, "{region}"),
            (4, Fault::Double, "stands in line 3"),
            (5, Fault::Unknown, "`kota` is no level"),
            (6, Fault::Unknown, "such as `sosial`"),
            (7, Fault::Circle, "circle"),
            (1, Fault::Gap, "no office for `kelurahan-desa` at the level kel"),
            (1, Fault::Gap, "the rule `perhubungan` gives `perhubungan` to the level kab"),
        ],
    );
    let folder = folder(&[("x.csv", "a,b\n1,2\n"), ("x.toml", "name = ")]);
    for (name, part) in
        [("x.csv", "columns a, b: give an instance"), ("x.toml", "x.toml"), ("no.csv", "cannot read")]
    {
        let error = check(folder.path().join(name)).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_program_prints_findings_and_says_so() {
    let folder = folder(&[
        ("o.csv", "function,unit,office\nkesehatan,35.78,Dinkes\nkesehat,35.78,Dinkes\n"),
        ("x.csv", "a\n"),
    ]);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pilah"));
        let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, _) = run(&["directory", "check", "o.csv"]);
    assert_eq!(code, 3);
    assert!(out.contains("o.csv:3: error: ") && out.contains("`kesehat` is no function"), "{out}");
    assert!(out.contains("findings"), "a table at the end: {out}");
    let (code, out, _) = run(&["directory", "check", "o.csv", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, value["errors"].as_u64()), (3, Some(2)), "and two villages of Surabaya have one name");
    assert_eq!(
        value["findings"].as_array().unwrap().iter().filter(|finding| finding["line"] == 3).count(),
        1
    );
    let surabaya = root("data/instances/surabaya.toml");
    let (code, out, err) = run(&["directory", "check", surabaya.to_str().unwrap()]);
    assert_eq!((code, out.trim(), err.as_str()), (0, "nothing found", ""));
    assert_eq!(run(&["directory", "check", "x.csv"]).0, 1);
    assert_eq!(run(&["directory", "check", "none.csv"]).0, 1);
    assert_eq!(run(&["directory", "check"]).0, 2);
}
