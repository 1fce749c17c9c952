//! `pilah directory check`: what the library finds, printed.

use std::collections::BTreeMap;

use pilah::Result;
use pilah::routing::{Finding, Severity, check};
use serde_json::json;

use crate::args::{Directory, DirectoryCheck};
use crate::commands::table;
use crate::files::{Outcome, say};

pub(crate) fn run(command: &Directory) -> Result<Outcome> {
    match command {
        Directory::Check(args) => check_file(args),
    }
}

fn check_file(args: &DirectoryCheck) -> Result<Outcome> {
    let findings = check(&args.file)?;
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if args.json {
        say(format_args!("{}", json!({"findings": findings, "errors": errors, "warnings": warnings})))?;
    } else {
        print(&findings)?;
    }
    Ok(if findings.is_empty() { Outcome::Done } else { Outcome::WithRejects })
}

fn print(findings: &[Finding]) -> Result<()> {
    for finding in findings {
        say(format_args!("{finding}"))?;
    }
    if findings.is_empty() {
        return say(format_args!("nothing found"));
    }
    let mut counts = BTreeMap::<_, usize>::new();
    for finding in findings {
        *counts.entry((finding.file.as_str(), finding.severity, finding.fault)).or_default() += 1;
    }
    let mut summary = table(&["file", "severity", "fault", "findings"]);
    for ((file, severity, fault), count) in counts {
        summary.add_row([file, severity.name(), fault.name(), &count.to_string()]);
    }
    say(format_args!("\n{summary}"))
}
