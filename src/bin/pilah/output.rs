//! Where results go: standard output, or a file that appears under its name once it is complete.

use std::fs::File;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use pilah::{Error, Result};

const BUFFER: usize = 1 << 16;

/// An output that is being written. Dropped before [`finish`](Self::finish), it leaves no file.
pub(crate) enum Output {
    Stdout(BufWriter<Stdout>),
    File(PartFile),
}

pub(crate) struct PartFile {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    finished: bool,
}

impl Output {
    /// Creates `FILE.part` beside the file it is to become; `None` and `-` stand for standard output.
    pub(crate) fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())));
        };
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|error| Error::for_file("create", path, error))?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self::File(PartFile { path: path.to_owned(), part, file, finished: false }))
    }

    /// Writes what is not yet written; a file gets its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        let written = self.flush();
        match &mut self {
            Self::Stdout(_) => {
                written.map_err(|error| Error::for_file("write to", Path::new("output"), error))
            }
            Self::File(file) => written
                .and_then(|()| file.file.get_ref().sync_all())
                .and_then(|()| std::fs::rename(&file.part, &file.path))
                .map(|()| file.finished = true)
                .map_err(|error| Error::for_file("write", &file.path, error)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File(file) => file.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File(file) => file.file.flush(),
        }
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.finished {
            // It may be gone already; there is nobody left to tell.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}
