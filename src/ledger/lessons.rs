//! What can be learned from a store: what each complaint says, and what people decided about it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::event::{Correction, Fact, Office};
use super::fold::{Line, Verdict};
use super::read::{LedgerReader, STATE, state};
use super::version::Version;
use crate::complaint::Status;
use crate::error::Result;

/// A complaint as it stands, and what people decided about it. What a machine decided is not in it, unless an office
/// acted on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The complaint's number in this store.
    pub number: u64,
    /// When it came, local time.
    pub received: DateTime,
    /// The report is not public.
    pub confidential: bool,
    /// What it says now.
    pub said: Version,
    /// What was put right and still holds: of each part the latest word. An office that sent it back afterwards is
    /// left out, and so is one whose function was put right without it.
    pub corrected: Correction,
    /// The office that took it: the last that it was assigned to, unless that sent it back; else the one that it was
    /// decided to be sent to (`route`), when its status became `in_progress` or `closed` after the decision.
    pub accepted: Option<Office>,
    /// The offices that sent it back and were not given it again, by id.
    pub bounced: Vec<Office>,
}

impl LedgerReader {
    /// Shows every complaint that was submitted, by ascending number. One at a time is in memory.
    ///
    /// Cost: one pass over the complaints, a look-up of the text for each.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last), and those of `visit`, which end it.
    pub fn lessons(&mut self, mut visit: impl FnMut(Lesson) -> Result<()>) -> Result<()> {
        // One snapshot for all that is read.
        self.connection.execute_batch("BEGIN").map_err(self.fail())?;
        let shown = self.lessons_of_snapshot(&mut visit);
        let ended = self.connection.execute_batch("COMMIT").map_err(self.fail());
        shown.and(ended)
    }

    fn lessons_of_snapshot(&mut self, visit: &mut impl FnMut(Lesson) -> Result<()>) -> Result<()> {
        let sql = format!("SELECT {STATE} FROM complaint WHERE number > ?1 ORDER BY number LIMIT 1");
        let mut last = 0;
        loop {
            let next = {
                let mut statement = self.connection.prepare_cached(&sql).map_err(self.fail())?;
                let mut rows = statement.query([last]).map_err(self.fail())?;
                rows.next().map_err(self.fail())?.map(state).transpose().map_err(self.fail())?
            };
            let Some((number, state)) = next else { return Ok(()) };
            let said = self.version(state.version)?;
            let told = tell(&self.unpacked(number)?)?;
            let named = |id: String| Ok(Office { name: self.office_name(&id)?.unwrap_or_default(), id });
            let lesson = Lesson {
                number,
                received: state.received,
                confidential: state.confidential,
                said,
                corrected: told.corrected,
                accepted: told.accepted,
                bounced: told.bounced.into_iter().map(named).collect::<Result<_>>()?,
            };
            visit(lesson)?;
            last = number;
        }
    }
}

/// What people said so far, in the order of the times of what they said.
#[derive(Default)]
struct Told {
    corrected: Correction,
    accepted: Option<Office>,
    bounced: BTreeSet<String>,
    /// Whether a person chose who has it.
    by_person: bool,
}

fn tell(lines: &[Line]) -> Result<Told> {
    let mut order: Vec<&Line> = lines.iter().filter(|line| line.is_event()).collect();
    order.sort_by_key(|line| line.place());
    let mut told = Told::default();
    for line in order {
        match line.read::<Fact>()? {
            Fact::Status { status: Status::InProgress | Status::Closed } if !told.by_person => {
                let decided = decided_before(lines, line.time().min(line.recorded))?;
                told.accepted = decided.filter(|office| !told.bounced.contains(&office.id)).or(told.accepted);
            }
            // Nobody says which office: nothing is known of any.
            Fact::Status { status: Status::Bounced } => told.accepted = None,
            Fact::Assigned { agency } => {
                told.bounced.remove(&agency.id);
                told.by_person = true;
                told.accepted = Some(agency);
            }
            Fact::Bounced { agency, .. } => told.bounce(agency),
            Fact::Corrected(correction) => told.correct(correction),
            Fact::Status { .. }
            | Fact::Note { .. }
            | Fact::Same { .. }
            | Fact::Merged { .. }
            | Fact::Split { .. }
            | Fact::Pinned { .. } => {}
        }
    }
    Ok(told)
}

impl Told {
    fn bounce(&mut self, agency: String) {
        if self.accepted.as_ref().is_some_and(|office| office.id == agency) {
            (self.accepted, self.by_person) = (None, false);
        }
        if self.corrected.agency.as_ref().is_some_and(|office| office.id == agency) {
            (self.corrected.agency, self.by_person) = (None, false);
        }
        self.bounced.insert(agency);
    }

    fn correct(&mut self, new: Correction) {
        let Correction { agency, function, category, kind, region, action } = new;
        if let Some(office) = &agency {
            self.bounced.remove(&office.id);
            self.by_person = true;
            // The office's function is right with it.
            self.corrected.function = None;
        } else if let (Some(function), Some(office)) = (&function, &self.corrected.agency)
            && function_of(office) != Some(function)
        {
            self.corrected.agency = None;
        }
        let old = &mut self.corrected;
        old.agency = agency.or(old.agency.take());
        old.function = function.or(old.function.take());
        old.category = category.or(old.category.take());
        old.kind = kind.or(old.kind.take());
        old.region = region.or(old.region.take());
        old.action = action.or(old.action.take());
    }
}

fn function_of(office: &Office) -> Option<&str> {
    office.id.split_once('@').map(|(function, _)| function)
}

/// The office that the latest decision before a time sent the complaint to. What was told together with the complaint, as
/// an export tells how a complaint ended, was no answer to the decision.
fn decided_before(lines: &[Line], time: Timestamp) -> Result<Option<Office>> {
    let before = |line: &&Line| line.kind == "decision" && line.recorded < time;
    let Some(latest) = lines.iter().filter(before).max_by_key(|line| line.seq) else { return Ok(None) };
    let Verdict { action, agency, .. } = latest.read()?;
    let agency = agency.filter(|_| action == "route");
    Ok(agency.map(|agency| Office { id: agency.id, name: agency.name }))
}
