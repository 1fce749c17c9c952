//! To whom an office answers.

use super::directory::Directory;
use super::office::{Office, Tier};

/// From the lowest to the highest.
const TIERS: [Tier; 5] = [Tier::Village, Tier::District, Tier::Regency, Tier::Province, Tier::National];

/// More steps than any chain without a circle has: each function once at each tier would be fewer.
const LONGEST: usize = 512;

impl Directory {
    /// The office to which this one answers: a village's is its district, a city's offices answer to the city's
    /// secretariat, that to the province, a branch to its national body. `None` at the top, which is the same for all.
    ///
    /// ```
    /// use pilah::routing::Directory;
    ///
    /// let directory = Directory::shipped();
    /// let office = directory.office("kelurahan-desa", "35.78.08.1002".parse()?).unwrap();
    /// assert_eq!(directory.parent(&office).unwrap().name, "Kecamatan Gubeng");
    /// # Ok::<(), pilah::Error>(())
    /// ```
    pub fn parent(&self, office: &Office) -> Option<Office> {
        let (parent, tier) = self.parent_of(office)?;
        let own = parent.is_empty() || parent == office.function;
        let function = if own { &office.function } else { parent };
        let above = |other: &Tier| if own { other.rank() > tier.rank() } else { other.rank() >= tier.rank() };
        TIERS.iter().filter(|tier| above(tier)).find_map(|&tier| {
            let parent = self.at(function, tier, office.region)?;
            // Of the capital's districts the regency is the province; it is not its own parent.
            (parent.function != office.function || parent.region != office.region).then_some(parent)
        })
    }

    /// All offices above one, from the nearest to the top; never one twice.
    ///
    /// ```
    /// use pilah::routing::Directory;
    ///
    /// let directory = Directory::shipped();
    /// let office = directory.office("kelurahan-desa", "35.78.08.1002".parse()?).unwrap();
    /// let above: Vec<String> = directory.escalation(&office).map(|office| office.id()).collect();
    /// assert_eq!(above, ["kecamatan@35.78.08", "sekretariat@35.78", "sekretariat@35", "sekretariat@00"]);
    /// # Ok::<(), pilah::Error>(())
    /// ```
    pub fn escalation(&self, office: &Office) -> impl Iterator<Item = Office> + '_ {
        std::iter::successors(self.parent(office), |office| self.parent(office)).take(LONGEST)
    }

    pub(super) fn leads_in_a_circle(&self, office: &Office) -> bool {
        self.escalation(office).count() == LONGEST
    }
}
