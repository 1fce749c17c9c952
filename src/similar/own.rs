//! Whether a text asks what became of an earlier report of the same person.

use crate::text::{TokenKind, Tokens};

/// Words for a report that was made.
const REPORTS: [&str; 8] =
    ["laporan", "laporannya", "laporanku", "aduan", "aduannya", "pengaduan", "keluhan", "tiket"];
/// Words behind one of these that say whose it was, or that it was before.
const OWN: [&str; 9] =
    ["saya", "kami", "sy", "sebelumnya", "kemarin", "kemaren", "terdahulu", "tersebut", "lama"];
/// Words that say that nothing came.
const NOT: [&str; 8] = ["belum", "blm", "tidak", "tdk", "gak", "kapan", "tanpa", "bagaimana"];
/// What should have come.
const ANSWERS: [&str; 18] = [
    "ditindaklanjuti",
    "ditindak",
    "tindak",
    "tindakan",
    "tanggapan",
    "ditanggapi",
    "respon",
    "respons",
    "direspon",
    "jawaban",
    "dijawab",
    "balasan",
    "dibalas",
    "kelanjutan",
    "kelanjutannya",
    "proses",
    "diproses",
    "digubris",
];
/// Words before a report that say that this one goes on with it.
const CONTINUES: [&str; 7] =
    ["melanjutkan", "meneruskan", "menyusuli", "kelanjutan", "perkembangan", "progres", "status"];
/// `menindaklanjuti` is among them as one of so many first words; later on, or behind one of [`WISHES`], it says what the
/// office should do.
const OPENING: usize = 6;
const WISHES: [&str; 9] = ["mohon", "segera", "untuk", "utk", "bisa", "dapat", "agar", "harap", "kiranya"];
/// Most words between the report and whose it was, and between what goes on and the report.
const BESIDE: usize = 2;
/// Most words between whose it was and that nothing came.
const BEFORE_NOT: usize = 12;
/// Most words between that and what should have come.
const BEFORE_ANSWER: usize = 3;

/// Whether a text asks what became of an earlier report of the same person: `laporan saya kemarin belum ada tanggapan`,
/// `melanjutkan pengaduan kami`. What counts is a word for a report with whose it was, or that it was before, close behind it;
/// and then that no answer came, or before it that this one goes on with it.
///
/// `tokens` are those of the text, by any analyser. Cost: one pass.
///
/// ```
/// use pilah::similar::asks_about_own;
/// use pilah::text::{Analyzer, Tokens};
///
/// let asks = |text: &str| {
///     let mut tokens = Tokens::new();
///     Analyzer::indonesian().analyze(text, &mut tokens);
///     asks_about_own(text, &tokens)
/// };
/// assert!(asks("Laporan saya minggu lalu soal lampu jalan belum ada tanggapan sama sekali"));
/// assert!(!asks("Lampu jalan di depan rumah saya belum ditindaklanjuti RT"));
/// ```
pub fn asks_about_own(text: &str, tokens: &Tokens) -> bool {
    let (mut continues, mut report, mut own, mut not) = (None, None, None, None);
    let mut wished = false;
    let words = tokens.iter().filter(|token| matches!(token.kind(), TokenKind::Word | TokenKind::Name));
    for (at, token) in words.enumerate() {
        let written = text.get(token.span()).unwrap_or_default().to_lowercase();
        let is = |words: &[&str]| words.contains(&written.as_str());
        let near = |before: Option<usize>, most| before.is_some_and(|before| at <= before + most + 1);
        if near(not, BEFORE_ANSWER) && is(&ANSWERS) {
            return true;
        }
        if is(&CONTINUES) || (is(&["menindaklanjuti"]) && at < OPENING && !wished) {
            continues = Some(at);
        }
        if is(&["warga"]) {
            report = None; // theirs, which somebody hands on
        }
        if is(&REPORTS) {
            report = Some((at, near(continues, BESIDE)));
        }
        if let Some((place, goes_on)) = report
            && near(Some(place), BESIDE)
            && is(&OWN)
        {
            if goes_on {
                return true;
            }
            own = Some(at);
        }
        if near(own, BEFORE_NOT) && is(&NOT) {
            not = Some(at);
        }
        wished = is(&WISHES);
    }
    false
}
