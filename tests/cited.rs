//! Numbers of other reports that a text cites: a table of what is one and what is none.

use pilah::similar::{asks_about_own, cited};
use pilah::text::{Analyzer, Tokens};

fn numbers(text: &str) -> Vec<&str> {
    let mut tokens = Tokens::new();
    Analyzer::indonesian().analyze(text, &mut tokens);
    cited(text, &tokens).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn cited_reports() {
    let table: [(&str, &[&str]); 31] = [
        ("laporan no. 8112829 dan 8588371 belum ditindaklanjuti", &["8112829", "8588371"]),
        ("Menindaklanjuti laporan saya nomor 7654321, lampu masih mati", &["7654321"]),
        ("laporan 7654321 sudah selesai katanya", &["7654321"]),
        ("Laporan #20411 belum dijawab", &["20411"]),
        ("#8112829 kok diarsipkan?", &["8112829"]),
        ("nomor tiket: 20411 sampai sekarang belum ada kabar", &["20411"]),
        ("tracking id 6543210", &["6543210"]),
        ("Tracking ID : #6543210", &["6543210"]),
        ("aduan dengan nomor 55123 mohon dibuka lagi", &["55123"]),
        ("pengaduan saya yang lama no 5512345 ditutup", &["5512345"]),
        ("lapor no.1234567, 1234568 & 1234569", &["1234567", "1234568", "1234569"]),
        ("laporan nomor 1234567 serta nomor 1234568", &["1234567", "1234568"]),
        ("ID laporan 9988776", &["9988776"]),
        ("LAPORAN NO 9988776", &["9988776"]),
        ("mohon cek laporan dgn id 9988776 yg terdahulu", &["9988776"]),
        ("kode tiket 77123 dan tiket 77124", &["77123", "77124"]),
        ("sesuai nomor laporan 4455667, 4455668 dan laporan 4455669", &["4455667", "4455668", "4455669"]),
        ("laporan kami terdahulu 4455667 dijawab selesai", &["4455667"]),
        ("kelanjutan tiket 20220", &["20220"]),
        ("laporan bernomor 31415 ditolak", &["31415"]),
        ("laporan nmr 3141592 mana hasilnya", &["3141592"]),
        ("nomor registrasi 5566778? bukan: registrasi nomor 5566779", &["5566779"]),
        ("keluhan no 7654321", &["7654321"]),
        ("Saya sudah dua kali melapor. Laporan 7654321. Laporan 7654322.", &["7654321", "7654322"]),
        ("laporan no 7654321 tgl 12-05-2022", &["7654321"]),
        ("report number 7654321", &["7654321"]),
        ("lapor: 7654321", &["7654321"]),
        ("keluhan kami dg no.Tiket 20399/MC/VI/2022 tgl 6 Juni", &["20399/MC/VI/2022"]),
        ("laporan no. 20399/MC/VI/2022, belum selesai", &["20399/MC/VI/2022"]),
        ("laporan nomor 7654321/ dan 7654322", &["7654321", "7654322"]),
        ("laporan nomor 7654321/7654322", &["7654321", "7654322"]),
    ];
    for (text, expected) in table {
        assert_eq!(numbers(text), expected, "{text}");
    }
}

#[test]
fn numbers_that_cite_nothing() {
    let table = [
        "laporan warga: no pelanggan 1234567 airnya mati",
        "laporan no telp 5501234 tidak diangkat",
        "hubungi nomor pengaduan 5501234",
        "call center pengaduan 1500117",
        "layanan aduan 5501234",
        "no rekening 1234567890 atas nama saya",
        "laporan 20220512 pagi",
        "laporan tanggal 12052022",
        "laporan 12500 warga",
        "laporan RT 05 RW 12 no 17",
        "laporan ke 081234567890",
        "laporan nomor 0000000",
        "no KK 3578000000000001",
        "tagihan 2500000 rupiah",
        "plat nomor L 12345 XX",
        "laporan. 1234567 orang terdampak",
        "laporan pemakaian air meter 1234567",
        "nomor meter 12345678901",
        "SK nomor 188445 tahun 2021",
        "kode pos 60234",
        "lapor pak, 60234 itu kode pos saya",
        "#1 di Surabaya",
        "#banjir2022",
        "aduan 2022 belum dijawab",
        "pengaduan 2021005 meter kabel hilang",
        "",
    ];
    for text in table {
        assert_eq!(numbers(text), [""; 0], "{text}");
    }
}

#[test]
fn questions_about_an_earlier_report() {
    let asks = |text: &str| {
        let mut tokens = Tokens::new();
        Analyzer::indonesian().analyze(text, &mut tokens);
        asks_about_own(text, &tokens)
    };
    for text in [
        "Laporan saya minggu lalu soal lampu jalan belum ada tanggapan",
        "laporan kami kok belum ditindaklanjuti sampai sekarang?",
        "Pengaduan sy mengenai PJU mati blm ada tindakan",
        "melanjutkan keluhan saya bulan lalu tentang selokan",
        "MENERUSKAN PENGADUAN SEBELUMNYA, spanduk dipasang lagi",
        "Selamat pagi, menindaklanjuti laporan saya tanggal 3, jalan masih berlubang",
        "bagaimana kelanjutan aduan saya tentang sekolah",
        "tiket saya kapan diproses",
        "laporan terdahulu tidak pernah direspon",
    ] {
        assert!(asks(text), "{text}");
    }
    for text in [
        "Lampu jalan di depan rumah saya belum ditindaklanjuti RT",
        "demikian laporan saya, terima kasih",
        "mohon segera menindaklanjuti laporan saya ini",
        "meneruskan keluhan warga kami, mohon pohon dipangkas",
        "saya melapor karena jalan berlubang dan belum ada perbaikan",
        "keluhan sakit yang saya alami tidak dijelaskan dokter",
        "belum ada tanggapan dari RT",
        "",
    ] {
        assert!(!asks(text), "{text}");
    }
}
