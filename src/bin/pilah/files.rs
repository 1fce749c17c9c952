//! What all commands share: models, input files, rejects, progress.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use pilah::model::{Batch, Columns, Field, Format, Profile, Reader, Reject};
use pilah::{Bundle, Error, Result};

use crate::args::{Input, InputFormat};

/// How a command ended when it did not fail.
pub(crate) enum Outcome {
    Done,
    WithRejects,
    /// Something that was asked for is not there, or is not well: it was said.
    #[cfg(feature = "store")]
    Missing,
}

/// The shipped model, or one of the user's.
pub(crate) enum Model {
    Shipped(&'static Bundle),
    Own(Box<Bundle>),
}

impl Model {
    pub(crate) fn open(path: Option<&PathBuf>) -> Result<Self> {
        match path {
            Some(path) => Ok(Self::Own(Box::new(Bundle::load(path)?))),
            None => Ok(Self::Shipped(Bundle::shipped())),
        }
    }
}

impl Deref for Model {
    type Target = Bundle;

    fn deref(&self) -> &Bundle {
        match self {
            Self::Shipped(bundle) => bundle,
            Self::Own(bundle) => bundle,
        }
    }
}

/// Opens an input file with the columns asked for on the command line, `others` and `fields`.
pub(crate) fn open(
    path: &Path,
    input: &Input,
    others: Vec<String>,
    fields: Vec<(Field, String)>,
) -> Result<Reader<'static>> {
    let InputFormat { format, profile } = match input.format {
        Some(format) => format,
        None => InputFormat { format: Format::guess(path)?, profile: Profile::Guess },
    };
    let (text, id) = (input.text.clone(), input.id.clone());
    let columns = Columns { text, id, others, fields, profile, ..Columns::default() };
    Reader::open(path, format, &columns)
}

/// An input's name in messages.
pub(crate) fn shown(path: &Path) -> Cow<'_, str> {
    if path == Path::new("-") { Cow::Borrowed("<stdin>") } else { path.to_string_lossy() }
}

/// Names rejected rows on standard error and in a file.
pub(crate) struct Rejects {
    file: Option<(PathBuf, BufWriter<File>)>,
    count: u64,
}

impl Rejects {
    pub(crate) fn new(input: &Input) -> Result<Self> {
        let open = |path: &PathBuf| {
            let file = File::create(path).map_err(|error| Error::for_file("create", path, error))?;
            Ok::<_, Error>((path.clone(), BufWriter::new(file)))
        };
        Ok(Self { file: input.rejects.as_ref().map(open).transpose()?, count: 0 })
    }

    pub(crate) fn add_batch(&mut self, path: &Path, batch: &Batch) {
        for reject in batch.rejects() {
            self.add(path, reject);
        }
    }

    pub(crate) fn add(&mut self, path: &Path, reject: &Reject) {
        self.count += 1;
        let line = format!("{}:{}: {}", shown(path), reject.line, reject.reason);
        eprintln!("{line}");
        if let Some((_, file)) = &mut self.file {
            // A full disk shows at the flush.
            let _ = writeln!(file, "{line}");
        }
    }

    pub(crate) fn outcome(self) -> Result<Outcome> {
        if let Some((path, mut file)) = self.file {
            file.flush().map_err(|error| Error::for_file("write", &path, error))?;
        }
        Ok(if self.count == 0 { Outcome::Done } else { Outcome::WithRejects })
    }
}

/// Prints a line on standard output; that nobody reads it is an error to end on, not a panic.
pub(crate) fn say(line: std::fmt::Arguments<'_>) -> Result<()> {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|error| Error::for_file("write to", Path::new("output"), error))
}

/// A counter of rows without a known end; silent when standard error is no terminal.
pub(crate) fn row_counter(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {human_pos} rows, {per_sec}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar of `steps` steps; silent when standard error is no terminal.
pub(crate) fn step_bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
