//! A complaint as it comes in, and what it is called afterwards: plain data.

mod channel;
mod id;
mod local_time;
mod report_type;
mod status;

pub use channel::Channel;
pub use id::Id;
pub use local_time::local_time;
pub use report_type::ReportType;
pub use status::Status;

/// One complaint, borrowed from whoever holds it. Only `text` is needed; what is not known stays empty.
///
/// ```
/// use pilah::complaint::{Channel, Complaint};
///
/// let complaint = Complaint {
///     text: "Lampu jalan depan balai RW mati",
///     village: "Mojo",
///     channel: Some("WhatsApp".parse::<Channel>()?),
///     ..Complaint::default()
/// };
/// assert_eq!(complaint.channel, Some(Channel::Whatsapp));
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Complaint<'a> {
    /// What was written.
    pub text: &'a str,
    /// Where it is, as written.
    pub address: &'a str,
    /// Name of the village (kelurahan or desa), or its Ministry code.
    pub village: &'a str,
    /// Name of the district (kecamatan), or its code.
    pub district: &'a str,
    /// Ministry code of a region of any level, or the name of a regency, city or province.
    pub region: &'a str,
    /// Name of the province, where it stands apart.
    pub province: &'a str,
    /// The way it came.
    pub channel: Option<Channel>,
    /// The entry point it came through, such as a QR code's: a key of the instance's `entry` table, or an office's
    /// function.
    pub entry: &'a str,
    /// The type of report that its reporter or a clerk stated.
    pub stated_type: Option<ReportType>,
    /// The category that was stated, as written.
    pub stated_category: &'a str,
    /// The office that it was sent to, as written.
    pub sent_to: &'a str,
    /// The reporter's name is hidden from the office (*anonim*).
    pub anonymous: bool,
    /// The report is not public (*rahasia*).
    pub confidential: bool,
}
