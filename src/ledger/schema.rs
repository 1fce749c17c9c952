//! The tables and views of a ledger, and what marks a file as one.

use rusqlite::Connection;

use crate::error::{Error, ErrorKind, Result};

/// `PILH`: says what the file is (`PRAGMA application_id`).
pub(super) const APPLICATION: i32 = 0x5049_4C48;
/// Version of the tables (`PRAGMA user_version`).
pub(super) const FORMAT: i32 = 1;

/// Format 1.
///
/// `history` is only ever added to: triggers refuse anything else. Every other table but `key` and `setting` can be made
/// again from it. Times (`at`, `recorded`) are microseconds since 1970, UTC; `received` is local time.
pub(super) const TABLES: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- What systems call complaints. `complaint` is the number of the complaint it names: the least of its keys' numbers.
CREATE TABLE key (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, complaint INTEGER NOT NULL) STRICT;
CREATE INDEX key_further ON key (complaint) WHERE complaint <> number;

-- Everything that was submitted, decided and done, in the order it was recorded.
CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    key INTEGER NOT NULL,
    kind TEXT NOT NULL,      -- version, decision, status, assigned, bounced, corrected, note, same
    at INTEGER,              -- when it happened; of a version without a time NULL
    recorded INTEGER NOT NULL,
    by TEXT,
    about INTEGER,           -- of a decision: seq of the version
    digest INTEGER NOT NULL, -- xxh3 of the body before it was packed
    body BLOB NOT NULL       -- JSON; of a decision packed by zstd with the setting `dictionary`
) STRICT;
CREATE INDEX history_of ON history (key);
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END;
CREATE TRIGGER history_is_kept BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END;

-- Each complaint as it stands: what its history says.
CREATE TABLE complaint (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    received TEXT NOT NULL,
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    action TEXT NOT NULL,
    type TEXT NOT NULL,
    category TEXT NOT NULL,
    function TEXT NOT NULL,
    agency TEXT NOT NULL,
    region TEXT NOT NULL,
    flags TEXT NOT NULL,
    p REAL NOT NULL,
    marks INTEGER NOT NULL,  -- 1 corrected, 2 anonymous, 4 confidential
    version INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    digest INTEGER NOT NULL  -- of the newest version
) STRICT;

-- What offices are called.
CREATE TABLE agency (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Queries that complaints are matched against as they arrive.
CREATE TABLE saved_query (name TEXT PRIMARY KEY, query TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- For planners: one row a complaint, without what it says.
CREATE VIEW complaints AS
    SELECT complaint.id, received, substr(received, 1, 7) AS month, channel, status, action, type, category, function,
           complaint.agency, coalesce(agency.name, '') AS agency_name, region, substr(region, 1, 2) AS province,
           CASE WHEN length(region) >= 5 THEN substr(region, 1, 5) ELSE '' END AS regency,
           CASE WHEN length(region) >= 8 THEN substr(region, 1, 8) ELSE '' END AS district,
           flags, p, marks & 1 AS corrected, (marks & 2) / 2 AS anonymous, (marks & 4) / 4 AS confidential
    FROM complaint LEFT JOIN agency ON agency.id = complaint.agency;

-- For planners: what happened, without remarks and reasons.
CREATE VIEW events AS
    SELECT history.seq, complaint.id, history.kind, strftime('%Y-%m-%dT%H:%M:%SZ', history.at / 1000000, 'unixepoch') AS at,
           history.by, json_extract(history.body, '$.status') AS status,
           coalesce(json_extract(history.body, '$.agency.id'), json_extract(history.body, '$.agency')) AS agency
    FROM history JOIN key ON key.number = history.key JOIN complaint ON complaint.number = key.complaint
    WHERE history.kind NOT IN ('version', 'decision');
";

/// Refuses what is no ledger, or one of another format. An empty file is neither: `false`.
pub(super) fn check(connection: &Connection, shown: &str) -> Result<bool> {
    // In one statement, that is of one moment: another process may be making the tables.
    let sql = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
               FROM pragma_application_id, pragma_user_version";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (application, format, tables): (i32, i32, i64) =
        connection.query_row(sql, [], read).map_err(|error| super::failure("read", shown, error))?;
    match (application, format, tables) {
        (APPLICATION, FORMAT, 1..) => Ok(true),
        (0, 0, 0) => Ok(false),
        (APPLICATION, other, _) => Err(Error::new(
            ErrorKind::Store,
            format!("`{shown}` has format {other}, but this pilah reads format {FORMAT}: use the pilah that wrote it"),
        )),
        _ => Err(Error::new(
            ErrorKind::Store,
            format!("`{shown}` is a database of another program: name the folder of a store of pilah's"),
        )),
    }
}
