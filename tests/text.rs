//! The analyser: golden table of normal forms, spans, privacy, and properties of any text at all.
#![allow(missing_docs)]

use pilah::text::{Analyzer, Language, Stemmer, Token, TokenKind, Tokens};
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

fn analyzed(text: &str) -> Tokens {
    let mut tokens = Tokens::new();
    Analyzer::indonesian().analyze(text, &mut tokens);
    tokens
}

#[track_caller]
fn check(input: &str, expected: &str) {
    assert_eq!(analyzed(input).normalized(), expected, "of {input:?}");
}

#[track_caller]
fn check_spans(input: &str, expected: &[(&str, &str)]) {
    let tokens = analyzed(input);
    let found: Vec<(&str, &str)> =
        tokens.iter().map(|token| (tokens.text(token), &input[token.span()])).collect();
    assert_eq!(found, expected, "of {input:?}");
}

#[test]
fn case_and_unicode_forms() {
    check("Jalan RUSAK Parah", "jalan rusak parah");
    check("jalan\trusak\r\n\nparah", "jalan rusak parah");
    check("ＪＡＬＡＮ　ｒｕｓａｋ", "jalan rusak");
    check("ﬁnal ofﬁce", "final office");
    check("café", "café");
    check("cafe\u{301}", "café");
    check("CAFE\u{301}", "café");
    check("① ②", "1 2");
    check("５ ekor", "5 ekor");
    check("İSTANBUL", "i\u{307}stanbul");
    check("ΟΔΟΣ", "οδοσ");
    check("Straße", "straße");
    check("𝐣𝐚𝐥𝐚𝐧 𝑟𝑢𝑠𝑎𝑘", "jalan rusak");
}

#[test]
fn markup_and_entities() {
    check("jalan &amp; jembatan", "jalan jembatan");
    check("air&nbsp;bersih", "air bersih");
    check("&lt;rusak&gt; &quot;berat&quot;", "rusak berat");
    check("caf&eacute;", "café");
    check("jum&#39;at", "jumat");
    check("&#x6A;alan", "jalan");
    check("a &tidakada; b", "a tidakada b");
    check("A&B & C;", "a b c");
    check("<p>jalan</p><br/>rusak", "jalan rusak");
    check("satu<br>dua", "satu dua");
    check("<a href=\"x.html\" title='y'>lampu</a> mati", "lampu mati");
    check("3 < 5 dan 7 > 2", "3 5 dan 7 2");
    check("tinggi <air tanpa tutup", "tinggi air tanpa tutup");
}

#[test]
fn text_that_was_decoded_wrongly() {
    check("â€œrusakâ€\u{9d} parah", "rusak parah");
    check("jumâ€™at", "jumat");
    check("cafÃ©", "café");
    check("ðŸ™\u{8f} tolong", "<emoji> tolong");
    check("tolong ðŸ˜¡ðŸ˜¡", "tolong <emoji>");
    check("jalan â€“ gang", "jalan gang");
    check("airÂ\u{a0}keruh", "air keruh");
    check("São Paulo", "são paulo");
}

#[test]
fn stretched_letters_and_apostrophes() {
    check("tolooooong", "tolong");
    check("PARAAAHHH", "parah");
    check("maaf saat", "maaf saat");
    check("aaaaaaaa", "a");
    check("éééé", "é");
    check("jum'at", "jumat");
    check("Jum’at", "jumat");
    check("Jum`at", "jumat");
    check("assalamu’alaikum", "assalamualaikum");
    check("ma'af", "maaf");
    check("'kutip' ''ganda''", "kutip ganda");
}

#[test]
fn acronyms_and_mixed_forms() {
    check("P.T.S.L. lambat", "ptsl lambat");
    check("R.T. 05", "rt 05");
    check("selesai. Lalu", "selesai lalu");
    check("jln.melati", "jalan melati");
    check("rt05 rw12", "rt 05 rw 12");
    check("RT.05/RW.12", "rt 05 rw 12");
    check("5kg", "5 kg");
    check("anak2", "anak anak");
    check("anak2nya", "anak anaknya");
    check("gerobak2", "gerobak");
    check("tenda2nya", "tenda");
    check("B1234XY", "b 1234 xy");
    check("e-KTP", "e ktp");
    check("rumah-rumah", "rumah rumah");
    check("se7", "setuju");
}

#[test]
fn links_and_accounts() {
    check("lihat https://contoh.id/a?b=1&c=2 ya", "lihat <tautan> ya");
    check("http://contoh.id", "<tautan>");
    check("HTTPS://CONTOH.ID/Jalan-08123456789", "<tautan>");
    check("httpx://contoh", "httpx contoh");
    check("kirim ke warga.satu+lapor@contoh.co.id.", "kirim ke <surel>");
    check("budi_08123@contoh.id", "<surel>");
    check("@dinas_kota tolong", "<akun> tolong");
    check("(@akun.resmi)", "<akun>");
    check("bayar @ 5", "bayar 5");
    check("#BanjirLagi #jalan_rusak", "banjirlagi jalan rusak");
}

#[test]
fn numbers() {
    check("081200000000", "<telepon>");
    check("+6281200000000", "<telepon>");
    check("telp 0812-0000-0000", "telepon <telepon>");
    check("0812.0000.0000", "<telepon>");
    check("0812 0000 0000 ya", "<telepon> ya");
    check("+62 812 0000 0000", "<telepon>");
    check("+62-812-0000-0000", "<telepon>");
    check("021-5550000", "<telepon>");
    check("wa 08120000000 atau 08120000001", "whatsapp <telepon> atau <telepon>");
    check("NIK 3500000000000000", "nik <nik>");
    check("rek 1234567", "rek <angka>");
    check("1234567890", "<angka>");
    check("12345678901234567890", "<angka>");
    check("tahun 2024 no 17", "tahun 2024 nomor 17");
    check("123456", "123456");
    check("Rp 1.500.000", "rp 1 500 000");
    check("３５００００００００００００００", "<nik>");
    check("x081200000000z", "x <telepon> z");
}

#[test]
fn slang_and_regional_words() {
    check("jln yg rusak tdk diperbaiki", "jalan yang rusak tidak diperbaiki");
    check("gak bs tlg sdh blm krn", "tidak bisa tolong sudah belum karena");
    check("kada handak", "tidak ingin");
    check("mboten leres", "tidak benar");
    check("teu aya cai", "tidak ada air");
    check("tksh", "terima kasih");
    check("JLN YG", "jalan yang");
    check("jlnnn", "jalan");
    check("bangjo", "lampu lalu lintas");
    let mut tokens = Tokens::new();
    Analyzer::plain().analyze("jln yg anak2", &mut tokens);
    assert_eq!(tokens.normalized(), "jln yg anak", "the plain analyser has no lexicon");
}

#[test]
fn emoji_and_invisible_characters() {
    check("tolong 🙏🙏🙏", "tolong <emoji>");
    check("🙏 🙏", "<emoji> <emoji>");
    check("👍🏽👨‍👩‍👧🇮🇩", "<emoji>");
    check("panas☀️sekali", "panas <emoji> sekali");
    check("ja\u{200b}lan ru\u{ad}sak", "jalan rusak");
    check("\u{feff}jalan", "jalan");
    check("\u{202e}jalan\u{202c}", "jalan");
    check("0812\u{200b}0000\u{200b}0000", "<telepon>");
    check("1️⃣ satu", "1 satu");
}

/// The buffer of the tokens holds the text as it was written; what is printed of it must not.
#[test]
fn nothing_masked_is_printed() {
    let tokens = analyzed("NIK 3578010203040506, hp 0812-3456-7890, warga@contoh.id");
    let printed = format!("{tokens:?}");
    assert_eq!(printed, r#"["nik", "<nik>", "ponsel", "<telepon>", "<surel>"]"#);
}

#[test]
fn little_and_nothing() {
    for nothing in
        ["", " ", "\n\t ", "...!?", "&", "<", "@", "'", "&;", "<>", "\0", "\u{200b}", "\u{301}", "…–—"]
    {
        check(nothing, "");
    }
    check("jalan\0rusak", "jalan rusak");
    check("a", "a");
    check("\u{fffd}jalan\u{fffd}", "jalan");
}

#[test]
fn other_scripts() {
    check("الطريق مكسور", "الطريق مكسور");
    check("הכביש שבור", "הכביש שבור");
    check("道路损坏", "道路损坏");
    check("Дорога РАЗБИТА", "дорога разбита");
    check("சாலை", "சாலை");
    check("ถนนพัง", "ถนนพ\u{e31}ง");
    check("한국어", "한국어");
}

#[test]
fn kinds() {
    let kinds = |text: &str| analyzed(text).iter().map(Token::kind).collect::<Vec<_>>();
    assert_eq!(kinds("abdul lapor"), [TokenKind::Name, TokenKind::Word]);
    assert_eq!(kinds("ABDUL"), [TokenKind::Name]);
    assert_eq!(kinds("17 agustus"), [TokenKind::Number, TokenKind::Word]);
    assert_eq!(kinds("7777777"), [TokenKind::LongNumber]);
    assert_eq!(kinds("081200000000 3500000000000000"), [TokenKind::Phone, TokenKind::Nik]);
    assert_eq!(
        kinds("a@b.id @c https://d.id 🙂"),
        [TokenKind::Email, TokenKind::Mention, TokenKind::Url, TokenKind::Emoji]
    );
}

#[test]
fn spans_show_the_original() {
    check_spans("Jalan  RUSAK!", &[("jalan", "Jalan"), ("rusak", "RUSAK")]);
    check_spans("jln rt05", &[("jalan", "jln"), ("rt", "rt"), ("05", "05")]);
    check_spans("tksh pak", &[("terima", "tksh"), ("kasih", "tksh"), ("pak", "pak")]);
    check_spans("anak2nya", &[("anak", "anak2nya"), ("anaknya", "anak2nya")]);
    check_spans("«jum’at»", &[("jumat", "jum’at")]);
    check_spans("P.T.S.L. ya", &[("ptsl", "P.T.S.L"), ("ya", "ya")]);
    check_spans("tolooong", &[("tolong", "tolooong")]);
    check_spans("telp 0812-0000-0000.", &[("telepon", "telp"), ("<telepon>", "0812-0000-0000")]);
    check_spans("x a.b@c.id, z", &[("x", "x"), ("<surel>", "a.b@c.id"), ("z", "z")]);
    check_spans("cafÃ© lama", &[("café", "cafÃ©"), ("lama", "lama")]);
    check_spans("caf&eacute; lama", &[("café", "caf&eacute;"), ("lama", "lama")]);
    check_spans("🙏🙏 ya", &[("<emoji>", "🙏🙏"), ("ya", "ya")]);
    check_spans("ｒｔ０５", &[("rt", "ｒｔ０５"), ("05", "ｒｔ０５")]);
    check_spans("(https://contoh.id/x) z", &[("<tautan>", "https://contoh.id/x)"), ("z", "z")]);
}

#[test]
fn stemmers() {
    let table = [
        (Language::Indonesian, "perbaikan", "baik"),
        (Language::Indonesian, "dilaporkan", "lapor"),
        (Language::Indonesian, "jalan", "jalan"),
        (Language::English, "complaints", "complaint"),
        (Language::English, "flooding", "flood"),
        (Language::German, "straßen", "strass"),
    ];
    for (language, word, stem) in table {
        assert_eq!(Stemmer::new(language).stem(word), stem, "{word}");
    }
    let analyzer = Analyzer::indonesian().with_stemmer(Language::Indonesian);
    let mut tokens = Tokens::new();
    analyzer.analyze("mhn perbaikan 081200000000", &mut tokens);
    assert_eq!(tokens.normalized(), "mohon baik <telepon>");
    assert_ne!(analyzer.fingerprint(), Analyzer::indonesian().fingerprint());
    for &language in Language::ALL {
        assert_eq!(language.code().parse::<Language>().unwrap(), language);
        assert_ne!(Stemmer::new(language).stem("a"), "", "{language:?}");
    }
    let error = "xx".parse::<Language>().unwrap_err();
    assert_eq!(error.kind(), pilah::ErrorKind::Parameter);
    assert!(error.to_string().contains("`xx`"), "{error}");
}

/// Pieces that have gone wrong in tokenisers before, between `|`.
const NASTY: &str = "jln|anak2|rt05|abdul|aaa|tksh|0812|62|-|.| |  |+62|0000|123456|7|@|@a|a@b.id|www.|https://|http|://|<|>|<b>|</|\
&|&amp;|&#39;|&#48;|;|'|’|`|P.T.|\u{200b}|\u{301}|e\u{301}|é|ﬁ|Ã©|â€œ|ðŸ™|ð|Ÿ|🙏|👨‍👩‍👧|\u{fe0f}|\u{20e3}|\u{1f1ee}|İ|ß|０８|٠|道|ก\u{e31}|\0|\
\u{feff}|\u{ad}|\n|_|#|ΑΣ|\u{1100}\u{1161}|½|㎏|xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|\
abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij";

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        proptest::collection::vec(select(NASTY.split('|').collect::<Vec<_>>()), 0..24)
            .prop_map(|pieces| pieces.concat()),
    ]
}

fn long_digit_run(text: &str) -> bool {
    text.split(|c: char| !c.is_numeric()).any(|run| run.chars().count() >= 7)
}

/// Words of letters and digits only.
fn simple_words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-zA-Z]{1,9}|[a-z]{2,6}[0-9]{1,8}|[0-9]{1,18}", 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sound_and_nothing_private_stays(text in any_text()) {
        let tokens = analyzed(&text);
        let mut last = 0;
        for token in &tokens {
            let span = token.span();
            prop_assert!(span.start < span.end, "empty span of {:?}", tokens.text(token));
            prop_assert!(text.get(span.clone()).is_some(), "span {span:?} is not of the text");
            prop_assert!(span.start >= last, "spans go back");
            last = span.start;
            let form = tokens.text(token);
            prop_assert!(!form.is_empty());
            prop_assert!(!long_digit_run(form) && !form.contains(['@', ' ']), "{form:?}");
            if let Some(mask) = token.kind().mask() {
                prop_assert_eq!(form, mask);
            }
        }
    }

    #[test]
    fn buffers_used_again_change_nothing(texts in proptest::collection::vec(any_text(), 1..5)) {
        let analyzer = Analyzer::indonesian();
        let mut again = Tokens::new();
        for text in &texts {
            analyzer.analyze(text, &mut again);
            let fresh = analyzed(text);
            prop_assert_eq!(again.normalized(), fresh.normalized());
            let same = again.iter().zip(&fresh).all(|(a, b)| (a.kind(), a.span(), a.hash()) == (b.kind(), b.span(), b.hash()));
            prop_assert!(same && again.len() == fresh.len());
        }
    }

    #[test]
    fn full_width_is_the_same_text(words in simple_words()) {
        let plain = words.join(", ");
        let wide: String = plain
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
            .collect();
        prop_assert_eq!(wide.nfkc().collect::<String>(), plain.clone());
        prop_assert_eq!(analyzed(&wide).normalized(), analyzed(&plain).normalized());
    }

    #[test]
    fn composed_and_decomposed_are_the_same_text(text in "[a-zA-Zéàñüçô ]{0,30}") {
        let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
        prop_assert_eq!(analyzed(&composed).normalized(), analyzed(&decomposed).normalized());
    }

    #[test]
    fn telephones_are_masked_however_they_are_grouped(
        first in select(&["0812", "0274", "+62 812", "+62-812", "62812", "081"][..]),
        groups in proptest::collection::vec("[0-9]{3,4}", 2..=2),
        mark in select(&["-", ".", " ", ""][..]),
    ) {
        let text = format!("hubungi {first}{mark}{}{mark}{} segera", groups[0], groups[1]);
        prop_assert_eq!(analyzed(&text).normalized(), "hubungi <telepon> segera", "{}", text);
    }

    #[test]
    fn addresses_are_masked(local in "[a-z0-9][a-z0-9._+-]{0,20}", domain in "[a-z]{1,8}(\\.[a-z]{2,3}){1,2}") {
        let text = format!("kirim {local}@{domain} ya");
        prop_assert_eq!(analyzed(&text).normalized(), "kirim <surel> ya");
    }
}
