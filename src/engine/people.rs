//! What people decide, checked before it is kept for good.

use crate::complaint::ReportType;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Correction, Office};
use crate::place::{Gazetteer, RegionCode};
use crate::routing::{Action, Directory, main_category};

/// A correction as a person gives it; empty parts are left as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The office, by id (`perhubungan@35.78`) or by name.
    pub agency: &'a str,
    /// Code of a function.
    pub function: &'a str,
    /// SP4N main category, in any case.
    pub category: &'a str,
    /// Type of report: a label, or as SP4N-LAPOR! calls it.
    pub kind: &'a str,
    /// Code of a region.
    pub region: &'a str,
    /// `route`, `review`, `incomplete` or `out_of_scope`.
    pub action: &'a str,
}

impl Wish<'_> {
    /// The correction, with everything it names looked up in a directory.
    ///
    /// ```
    /// use pilah::engine::Wish;
    /// use pilah::routing::Directory;
    ///
    /// let wish = Wish { agency: "Dinas Perhubungan Kota Surabaya", ..Wish::default() };
    /// let correction = wish.check(Directory::shipped())?;
    /// assert_eq!(correction.agency.unwrap().id, "perhubungan@35.78");
    /// assert!(Wish { function: "jalan", ..Wish::default() }.check(Directory::shipped()).is_err());
    /// # Ok::<(), pilah::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for what is not known, and for a wish that corrects nothing.
    pub fn check(&self, directory: &Directory) -> Result<Correction> {
        let parameter = |error: Error| Error::new(ErrorKind::Parameter, error.to_string());
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let correction = Correction {
            agency: given(self.agency).map(|named| office(directory, &named)).transpose()?,
            function: given(self.function)
                .map(|function| directory.must_know(&function).map(|()| function))
                .transpose()
                .map_err(parameter)?,
            category: given(self.category).map(|category| must_be_category(&category)).transpose()?,
            kind: given(self.kind)
                .map(|kind| kind.parse::<ReportType>().map(|kind| kind.label().to_owned()))
                .transpose()?,
            region: given(self.region).map(|region| must_be_region(&region)).transpose()?,
            action: given(self.action).map(|action| must_be_action(&action)).transpose()?,
        };
        if correction.is_empty() {
            let reason =
                "nothing to correct: give an office, a function, a category, a type, a region or an action";
            return Err(Error::new(ErrorKind::Parameter, reason));
        }
        Ok(correction)
    }
}

/// An office by its id (`FUNCTION@REGION`, with `00` for the whole country) or its name.
///
/// # Errors
///
/// [`ErrorKind::Parameter`] for one that the directory does not know, or a name that several have.
pub fn office(directory: &Directory, named: &str) -> Result<Office> {
    let unknown = |advice: &str| {
        let reason = format!("`{named}` is no office of the directory: {advice}");
        Error::new(ErrorKind::Parameter, reason)
    };
    if let Some((function, region)) = named.split_once('@') {
        directory.must_know(function).map_err(|error| Error::new(ErrorKind::Parameter, error.to_string()))?;
        let found = if region == "00" {
            directory.national(function)
        } else {
            directory.office(function, must_be_region(region)?.parse::<RegionCode>()?)
        };
        let found = found.ok_or_else(|| unknown("this function has no office in such a region"))?;
        return Ok(Office { id: found.id(), name: found.name });
    }
    match directory.find_all(named).as_slice() {
        [] => Err(unknown("give its id, such as `perhubungan@35.78`, or its full name")),
        [only] => Ok(Office { id: only.id(), name: only.name().to_owned() }),
        several => directory
            .find(named)
            .map(|found| Office { id: found.id(), name: found.name().to_owned() })
            .ok_or_else(|| {
                let ids: Vec<String> =
                    several.iter().take(5).map(|office| format!("`{}`", office.id())).collect();
                unknown(&format!("several have this name, give one of their ids: {}", ids.join(", ")))
            }),
    }
}

fn must_be_category(stated: &str) -> Result<String> {
    main_category(stated).map(str::to_owned).ok_or_else(|| {
        let reason =
            format!("`{stated}` is no category of SP4N-LAPOR!: give one of data/routing/categories.csv");
        Error::new(ErrorKind::Parameter, reason)
    })
}

fn must_be_region(code: &str) -> Result<String> {
    let region: RegionCode = code.parse()?;
    if Gazetteer::shipped().contains_code(region) {
        return Ok(region.to_string());
    }
    let reason = format!("`{code}` is no region: give a code of the Ministry of Home Affairs");
    Err(Error::new(ErrorKind::Parameter, reason))
}

fn must_be_action(action: &str) -> Result<String> {
    let all = [Action::Route, Action::Review, Action::Incomplete, Action::OutOfScope]
        .map(|action| action.to_string());
    if all.iter().any(|known| known == action) {
        return Ok(action.to_owned());
    }
    Err(Error::new(ErrorKind::Parameter, format!("`{action}` is no action: give one of {}", all.join(", "))))
}
