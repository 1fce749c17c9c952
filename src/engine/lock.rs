//! One writer a store.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::error::{Error, ErrorKind, Result};

/// The right to write to a store; given back when it is dropped, or when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    /// Takes the right to write.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Locked`] when somebody has it, with who; [`ErrorKind::Io`] when the file cannot be made.
    pub(super) fn take(store: &Path) -> Result<Self> {
        let path = store.join("lock");
        let fail = |error| Error::for_file("lock", &path, error);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder may be writing its line just now.
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.is_empty() { "another process" } else { holder.trim() };
                let store = store.display();
                let reason = format!("`{store}` is written to by {holder}: wait for it to end, or end it");
                return Err(Error::new(ErrorKind::Locked, reason));
            }
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        let line = format!("process {}, since {:.0}\n", std::process::id(), Timestamp::now());
        let write =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(line.as_bytes()));
        write.map_err(fail)?;
        Ok(Self(file))
    }
}
