//! What a complaint says, as it was submitted.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::complaint::{Channel, Complaint, ReportType};

/// One version of a complaint: what was submitted, owned. In the ledger it stands as JSON, without what is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// What was written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where it is, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Village, as given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub village: String,
    /// District, as given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// Region, as given: a code or a name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Province, as given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub province: String,
    /// Name of the channel; empty where it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// The entry point.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub entry: String,
    /// Label of the type of report that was stated.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub stated_type: String,
    /// The category that was stated.
    #[serde(rename = "category", skip_serializing_if = "String::is_empty")]
    pub stated_category: String,
    /// The office it was sent to, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sent_to: String,
    /// The reporter's name is hidden from the office.
    #[serde(skip_serializing_if = "is_false")]
    pub anonymous: bool,
    /// The report is not public.
    #[serde(skip_serializing_if = "is_false")]
    pub confidential: bool,
    /// When it came, local time; `None` where the submission did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<DateTime>,
    /// A pseudonym of the reporter: the same for all complaints of one reporter in one store, and of no use elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reporter: String,
    /// Latitude and longitude, in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(f64, f64)>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_false(value: &bool) -> bool {
    !value
}

impl Version {
    /// A complaint without date, reporter and position.
    pub fn of(complaint: &Complaint<'_>) -> Self {
        Self {
            text: complaint.text.to_owned(),
            address: complaint.address.to_owned(),
            village: complaint.village.to_owned(),
            district: complaint.district.to_owned(),
            region: complaint.region.to_owned(),
            province: complaint.province.to_owned(),
            channel: complaint.channel.map_or_else(String::new, |channel| channel.name().to_owned()),
            entry: complaint.entry.to_owned(),
            stated_type: complaint.stated_type.map_or_else(String::new, |kind| kind.label().to_owned()),
            stated_category: complaint.stated_category.to_owned(),
            sent_to: complaint.sent_to.to_owned(),
            anonymous: complaint.anonymous,
            confidential: complaint.confidential,
            ..Self::default()
        }
    }

    /// The complaint again.
    pub fn complaint(&self) -> Complaint<'_> {
        Complaint {
            text: &self.text,
            address: &self.address,
            village: &self.village,
            district: &self.district,
            region: &self.region,
            province: &self.province,
            channel: self.channel.parse::<Channel>().ok(),
            entry: &self.entry,
            stated_type: self.stated_type.parse::<ReportType>().ok(),
            stated_category: &self.stated_category,
            sent_to: &self.sent_to,
            anonymous: self.anonymous,
            confidential: self.confidential,
        }
    }

    /// Digest of its JSON, by which a version that is known is told from a new one.
    pub(crate) fn digest(&self) -> i64 {
        digest(self.to_json().as_bytes())
    }

    /// Its JSON, as the ledger keeps it.
    pub(crate) fn to_json(&self) -> String {
        // Strings, numbers and booleans: there is nothing that JSON cannot hold.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Digest of a body, by which replays are known: xxh3, 64 bits.
pub(crate) fn digest(body: &[u8]) -> i64 {
    xxh3_64(body).cast_signed()
}
