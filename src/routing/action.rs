//! What to do with a complaint, once all is known about it.

use std::borrow::Cow;

use super::completeness::Completeness;
use super::decision::{Action, Agency, Answer};
use super::flags::Flag;
use crate::complaint::ReportType;

/// From which probability on a text is held for no report at all.
const NO_REPORT: f32 = 0.6;

/// Least probability of the place on which a complaint goes on without a person.
const PLACED: f32 = 0.8;

/// What the action depends on.
pub(super) struct Outlook<'a> {
    pub(super) flags: &'a [Flag],
    pub(super) kind: &'a Answer<'a>,
    pub(super) complete: Completeness,
    pub(super) agency: Option<&'a Agency>,
    /// Whether the task is probable enough for the promise of the instance.
    pub(super) sure: bool,
    /// Its probability.
    pub(super) p: f32,
    /// How probable it is that the complaint belongs into the office's territory.
    pub(super) p_place: f32,
    /// Whether anything is known of the place.
    pub(super) placed: bool,
    /// Whether words speak of what no office deals with, and none of misconduct or of an official.
    pub(super) out_of_scope: bool,
}

/// What to do, and why, in a sentence for the clerk. The first of these that holds:
///
/// | what | action |
/// |---|---|
/// | content risk | review: nothing is archived by the machine |
/// | words that speak of no public service, none of misconduct or of an official | out of scope |
/// | no report, by the model | out of scope |
/// | fewer than three words | incomplete |
/// | no office, no place | incomplete |
/// | no office for what is known of the place | review |
/// | conflict of interest | review |
/// | task less probable than the instance's promise asks for | review |
/// | place less probable than 0.8 | review |
/// | else | route |
pub(super) fn action(outlook: &Outlook<'_>) -> (Action, Cow<'static, str>) {
    let Outlook { flags, kind, complete, agency, .. } = outlook;
    if let Some(flag) = flags.iter().find(|flag| flag.is_content_risk()) {
        return (Action::Review, format!("Isi berisiko ({flag}): harus dilihat petugas").into());
    }
    if outlook.out_of_scope {
        return (Action::OutOfScope, "Bukan urusan pelayanan publik".into());
    }
    if kind.label == ReportType::None.label() && kind.p >= NO_REPORT {
        return (Action::OutOfScope, "Bukan laporan".into());
    }
    if !complete.what {
        return (Action::Incomplete, "Tidak disebut apa masalahnya".into());
    }
    match agency {
        None if !outlook.placed => (Action::Incomplete, "Lokasi tidak disebut".into()),
        None => (Action::Review, "Lokasi belum cukup jelas untuk memilih instansi".into()),
        Some(_) if flags.contains(&Flag::ConflictOfInterest) => {
            (Action::Review, "Instansi yang dilaporkan tidak boleh menangani sendiri".into())
        }
        Some(agency) if !outlook.sure => {
            (Action::Review, format!("Belum yakin: {} ({:.0} %)", agency.name, 100.0 * outlook.p).into())
        }
        Some(agency) if outlook.p_place < PLACED => {
            let sure = 100.0 * outlook.p_place;
            (Action::Review, format!("Lokasi belum pasti: {} ({sure:.0} %)", agency.name).into())
        }
        Some(agency) => (Action::Route, format!("Diteruskan ke {}", agency.name).into()),
    }
}
