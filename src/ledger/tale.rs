//! The history as it happened, for what must be made in its order.

use jiff::civil::DateTime;
use rusqlite::params;
use serde::Deserialize;

use super::event::Fact;
use super::failure;
use super::read::{LedgerReader, time};
use super::record::{Seq, is_confidential};
use super::version::Version;
use crate::complaint::{Id, Status, local_time};
use crate::error::{Error, ErrorKind, Result};

/// Something that happened, as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// Its place in the history.
    pub seq: Seq,
    /// The number that its id had of its own: what was united since is told apart by it, as it was then.
    pub number: u64,
    /// What happened.
    pub what: What,
}

/// What happened to a complaint, as far as its likeness to others depends on it.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It was submitted, or submitted anew.
    Submitted {
        /// What its system calls it.
        id: Id,
        /// What it says.
        said: Box<Version>,
        /// When it came, local time.
        received: DateTime,
        /// Code of the region that it was decided to be in; empty where that is not known.
        region: String,
    },
    /// Something else.
    Fact(Fact),
}

/// What of a complaint is shown beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The first of its ids.
    pub id: Id,
    /// When it came, local time.
    pub received: DateTime,
    /// How far it is dealt with.
    pub status: Status,
}

/// What of a decision is needed.
#[derive(Deserialize)]
struct Placed {
    place: Option<Site>,
}

#[derive(Deserialize)]
struct Site {
    region: String,
}

/// A line with what is known of its complaint, and the decision on it where it is a version: that is the line behind it.
const TALE: &str = "SELECT history.seq, key.number, key.id, history.kind, history.recorded, history.body, decision.body
    FROM history JOIN key ON key.number = history.key
    LEFT JOIN history AS decision ON history.kind = 'version' AND decision.seq = history.seq + 1 AND decision.kind = 'decision'";

impl LedgerReader {
    /// What happened behind a place in the history, in the order it was recorded: of the next `limit` lines, and the place
    /// up to which that is.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last); [`ErrorKind::Store`](crate::ErrorKind::Store) for a line that is damaged.
    pub fn tale(&mut self, since: Seq, limit: u64) -> Result<(Vec<Happening>, Seq)> {
        let upto = self.last()?.min(since.saturating_add(limit)).max(since);
        let sql = format!(
            "{TALE} WHERE history.seq > ?1 AND history.seq <= ?2 AND history.kind <> 'decision' ORDER BY history.seq"
        );
        Ok((self.happenings(&sql, params![since, upto])?, upto))
    }

    /// What of a complaint is shown beside another one; `None` where there is none, or what it says is confidential.
    ///
    /// # Errors
    ///
    /// As [`tale`](Self::tale).
    pub fn glance(&self, number: u64) -> Result<Option<Glance>> {
        let sql = "SELECT received, status, marks, (SELECT min(id) FROM key
                       WHERE number = ?1 OR (complaint = ?1 AND complaint <> number))
                   FROM complaint WHERE number = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.fail())?;
        let mut rows = statement.query([number]).map_err(self.fail())?;
        let Some(row) = rows.next().map_err(self.fail())? else { return Ok(None) };
        let text = |at: usize| row.get_ref(at).and_then(|text| Ok(text.as_str()?)).map_err(self.fail());
        if is_confidential(row.get(2).map_err(self.fail())?) {
            return Ok(None);
        }
        let wrong = |error: jiff::Error| {
            let reason = format!("complaint {number} of `{}` has no proper date: {error}", self.shown);
            Error::new(ErrorKind::Store, reason)
        };
        let received = text(0)?.parse().map_err(wrong)?;
        Ok(Some(Glance { id: text(3)?.parse()?, received, status: text(1)?.parse()? }))
    }

    /// The number that an id had of its own, before it turned out to name a complaint that has another.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last).
    pub fn own_number(&self, id: &str) -> Result<Option<u64>> {
        Ok(self.numbers("SELECT number FROM key WHERE id = ?1", [id.trim()])?.first().copied())
    }

    fn happenings(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Happening>> {
        let Self { connection, shown, unpacker, .. } = self;
        let fail = |error| failure("read", shown, error);
        let mut tale = Vec::new();
        let mut statement = connection.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query(values).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let text = |at: usize| row.get::<_, String>(at).map_err(fail);
            let (seq, number) = (row.get(0).map_err(fail)?, row.get(1).map_err(fail)?);
            let body = row.get_ref(5).and_then(|body| Ok(body.as_blob()?)).map_err(fail)?;
            let damaged = |error: serde_json::Error| {
                let reason =
                    format!("`{shown}`: place {seq} of the history is damaged ({error}): run pilah verify");
                Error::new(ErrorKind::Store, reason)
            };
            let what = if text(3)? == "version" {
                let said: Version = serde_json::from_slice(body).map_err(damaged)?;
                let packed: Option<Vec<u8>> = row.get(6).map_err(fail)?;
                let decision = packed.map(|packed| unpacker.unpack(&packed)).transpose()?;
                let placed: Option<Placed> = decision
                    .map(|decision| serde_json::from_slice(&decision))
                    .transpose()
                    .map_err(damaged)?;
                let region =
                    placed.and_then(|placed| placed.place).map(|site| site.region).unwrap_or_default();
                let recorded = time(row.get(4).map_err(fail)?).map_err(fail)?;
                let received = said.received.unwrap_or_else(|| local_time(recorded, &region));
                What::Submitted { id: text(2)?.parse()?, said: Box::new(said), received, region }
            } else {
                What::Fact(serde_json::from_slice(body).map_err(damaged)?)
            };
            tale.push(Happening { seq, number, what });
        }
        Ok(tale)
    }
}
