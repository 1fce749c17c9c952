//! Numbers of other reports that a text cites.

use std::ops::Range;

use crate::text::{Token, TokenKind, Tokens};

/// Shortest and longest number of a report, in digits. Shorter ones are house numbers, years and amounts too often.
const DIGITS: Range<usize> = 5..11;
/// From so many digits on, a number right behind `laporan` is one of a report without `nomor` between them.
const PLAIN: usize = 7;
/// Most words between the one that says "report" and the number.
const BETWEEN: usize = 5;
/// Most parts of a number behind its digits.
const PARTS: usize = 4;
/// Most words between two cited numbers.
const JOINED: usize = 2;

/// Words for a report that its number follows.
const REPORTS: [&str; 6] = ["laporan", "lapor", "laporannya", "laporanku", "report", "lapornya"];
/// Words for a complaint, behind which a number may be one to call: it counts where `nomor` stands between.
const COMPLAINTS: [&str; 5] = ["aduan", "aduannya", "pengaduan", "keluhan", "registrasi"];
/// Words that themselves say that a number follows.
const NAMED: [&str; 13] = [
    "no",
    "nomor",
    "nomer",
    "nmr",
    "number",
    "id",
    "kode",
    "bernomor",
    "tracking",
    "tiket",
    "ticket",
    "ticketid",
    "trackingid",
];
/// Further words that may stand between a report and its number. Any other word ends the search: `laporan meter 1234567`
/// cites nothing.
const FILLERS: [&str; 9] = ["dengan", "dgn", "saya", "kami", "yang", "yg", "sebelumnya", "terdahulu", "lama"];
/// Words that join one cited number to the next.
const JOINTS: [&str; 8] = ["dan", "serta", "juga", "atau", "no", "nomor", "nomer", "laporan"];

/// What may come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaiting {
    Nothing,
    /// A number, after at most so many words.
    Number {
        left: usize,
        named: bool,
        plain: bool,
    },
    /// Another number, after at most so many words that join.
    Another {
        left: usize,
    },
}

/// The numbers of other reports that a text cites, where they stand in it: `laporan no. 8112829 dan 8588371 belum
/// ditindaklanjuti`, `#8112829`, `nomor tiket: 20411`. Only what is surely meant so: a number counts behind a word for a
/// report with nothing between but words such as `nomor`, behind another cited one, or after `#`.
///
/// `tokens` are those of the text, by any analyser. Cost: one pass.
///
/// ```
/// use pilah::similar::cited;
/// use pilah::text::{Analyzer, Tokens};
///
/// let text = "Laporan no. 8112829 dan 8588371 belum ditindaklanjuti, hub. 081200000000";
/// let mut tokens = Tokens::new();
/// Analyzer::indonesian().analyze(text, &mut tokens);
/// let numbers: Vec<&str> = cited(text, &tokens).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(numbers, ["8112829", "8588371"]);
/// ```
pub fn cited(text: &str, tokens: &Tokens) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut awaiting = Awaiting::Nothing;
    let mut before: Option<Range<usize>> = None;
    for token in tokens {
        let span = token.span();
        if before.as_ref() == Some(&span) {
            continue; // one word of several that a short form stands for
        }
        if before.is_some_and(|before| ends_sentence(text, before, span.start)) {
            awaiting = Awaiting::Nothing;
        }
        let written = text.get(span.clone()).unwrap_or_default();
        awaiting = if is_number(token) {
            let hashed = text.get(..span.start).is_some_and(|front| front.ends_with('#'));
            let fits = match awaiting {
                Awaiting::Nothing => false,
                Awaiting::Number { named: true, .. } => true,
                Awaiting::Number { plain, .. } => plain && written.len() >= PLAIN && !is_date(written),
                Awaiting::Another { .. } => written.len() >= PLAIN || !is_date(written),
            };
            if (fits || hashed) && is_report(written) {
                found.push(whole(text, span.clone()));
                Awaiting::Another { left: JOINED }
            } else {
                Awaiting::Nothing
            }
        } else {
            after_word(awaiting, &written.to_ascii_lowercase())
        };
        before = Some(span);
    }
    found
}

fn after_word(awaiting: Awaiting, word: &str) -> Awaiting {
    let named = NAMED.contains(&word);
    match awaiting {
        Awaiting::Number { left: left @ 1.., named: before, plain } if named || FILLERS.contains(&word) => {
            Awaiting::Number { left: left - 1, named: before || named, plain }
        }
        Awaiting::Another { left: left @ 1.. } if JOINTS.contains(&word) => {
            Awaiting::Another { left: left - 1 }
        }
        _ if REPORTS.contains(&word) => Awaiting::Number { left: BETWEEN, named: false, plain: true },
        _ if COMPLAINTS.contains(&word) => Awaiting::Number { left: BETWEEN, named: false, plain: false },
        _ if matches!(word, "tiket" | "ticket" | "tracking") => {
            Awaiting::Number { left: BETWEEN, named: true, plain: true }
        }
        _ => Awaiting::Nothing,
    }
}

/// Whether a sentence ends between two tokens; behind `no` a point stands for what was left out.
fn ends_sentence(text: &str, before: Range<usize>, start: usize) -> bool {
    let gap = text.get(before.end..start).unwrap_or_default();
    gap.contains(['!', '?', ';', '\n']) || (gap.contains('.') && before.len() > 3)
}

/// With what stands behind a stroke right behind it, where that begins with a letter: `20411/MC/VI/2026`.
fn whole(text: &str, number: Range<usize>) -> Range<usize> {
    let rest = text.get(number.end..).unwrap_or_default();
    let mut end = 0;
    for part in rest.strip_prefix('/').unwrap_or_default().split('/').take(PARTS) {
        let length = part.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let lettered = end > 0 || part.starts_with(|first: char| first.is_ascii_alphabetic());
        if length == 0 || !lettered {
            break;
        }
        end += 1 + length;
        if length < part.len() {
            break;
        }
    }
    number.start..number.end + end
}

fn is_number(token: &Token) -> bool {
    matches!(token.kind(), TokenKind::Number | TokenKind::LongNumber | TokenKind::Phone)
}

/// Whether digits may be a report's number; what begins with a zero is one to call, or was masked.
fn is_report(digits: &str) -> bool {
    DIGITS.contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

/// Whether eight digits may be a day: `20220512`, `12052022`.
fn is_date(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let is = |year, month, day| {
        (1990..2100).contains(&part(year)) && (1..=12).contains(&part(month)) && (1..=31).contains(&part(day))
    };
    digits.len() == 8 && (is(0..4, 4..6, 6..8) || is(4..8, 2..4, 0..2))
}
