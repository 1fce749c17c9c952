//! What coordinates and reporters say of a pair beside its words.
//!
//! The complaints with labels have neither, so this is not learned: coordinates stand in for the names of places that the
//! model has learned of, and what speaks for or against one problem beyond that is kept within narrow bounds.

use super::pair::Pair;

/// Metres below which both are said to be at one place, and above which they are said not to be.
pub(super) const NEAR: f64 = 100.0;
pub(super) const FAR: f64 = 250.0;

/// Standard deviation, along each axis, of the difference between the coordinates of two reports of one thing, in metres:
/// 40 for each of them, by the accuracy of a telephone and the steps between the thing and who reports it.
const SPREAD: f64 = 57.0;
/// By so much the odds of one problem are greater at one point than in one street or quarter, as names tell them: assumed.
const EXACT: f64 = 5.0;
/// What is left of the odds of one problem for what is far apart. Not nothing: some send coordinates of where they live.
const APART: f64 = 0.05;
/// Who wrote about something near and alike writes about the same again: assumed.
const SAME_REPORTER: f64 = 3.0;

impl Pair<'_> {
    /// How far both are at one place by their coordinates: of two reports of one thing, so many are at this distance or
    /// farther apart (Rayleigh's tail, *exp(−d² / (2 s²))*). 1 at one point, .6 at 57 metres, .2 at 100, nothing beyond 250.
    pub(super) fn near(&self) -> Option<f64> {
        self.metres().map(
            |metres| {
                if metres > FAR { 0.0 } else { (-metres * metres / (2.0 * SPREAD * SPREAD)).exp() }
            },
        )
    }

    /// The factor by which coordinates and reporters change the odds that both are reports of one problem.
    pub(super) fn witness(&self) -> f64 {
        let apart = self.metres().is_some_and(|metres| metres > FAR);
        let distance = if apart { APART } else { 1.0 + (EXACT - 1.0) * self.near().unwrap_or_default() };
        distance * if self.one.is_by_same(self.other) { SAME_REPORTER } else { 1.0 }
    }
}
