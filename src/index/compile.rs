//! A query as tantivy asks it.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::excluded::Excluded;
use super::prepared::{Phrase, Prepared, Test};
use super::query::Side;
use super::schema::Fields;

type Boxed = Box<dyn tantivy::query::Query>;

/// Words of the text are scored by BM25; all else decides what is found and adds nothing.
pub(super) fn compile(query: &Prepared, fields: &Fields) -> Boxed {
    of(&query.test, fields)
}

fn of(test: &Test, fields: &Fields) -> Boxed {
    match test {
        Test::All(tests) => all(tests, fields),
        Test::Any(tests) => {
            let tests = tests.iter().map(|test| (Occur::Should, of(test, fields)));
            Box::new(BooleanQuery::new(tests.collect()))
        }
        Test::Not(_) => all(std::slice::from_ref(test), fields),
        Test::Phrase(side, found) => match side {
            Side::Text => phrase(fields.text, found),
            Side::Title => unscored(phrase(fields.title, found)),
            Side::Address => unscored(phrase(fields.address, found)),
        },
        Test::Key(key, value) => term(Term::from_field_text(fields.key(*key), value)),
        Test::Region(code) => term(Term::from_field_text(fields.region, code)),
        Test::Id(id) => term(Term::from_field_text(fields.id, id)),
        Test::Number(number) => term(Term::from_field_u64(fields.number, *number)),
        Test::Received(since, until) => {
            let bound = |time: &Option<i64>, bound: fn(Term) -> Bound<Term>| {
                time.map_or(Bound::Unbounded, |time| bound(Term::from_field_i64(fields.received, time)))
            };
            let (since, until) = (bound(since, Bound::Included), bound(until, Bound::Excluded));
            match (&since, &until) {
                (Bound::Unbounded, Bound::Unbounded) => all(&[], fields),
                _ => unscored(Box::new(RangeQuery::new(since, until))),
            }
        }
        Test::Corrected(yes) => term(Term::from_field_bool(fields.corrected, *yes)),
        Test::Confidential(yes) => term(Term::from_field_bool(fields.confidential, *yes)),
    }
}

fn all(tests: &[Test], fields: &Fields) -> Boxed {
    let mut clauses: Vec<(Occur, Boxed)> = tests
        .iter()
        .map(|test| -> (Occur, Boxed) {
            match test {
                Test::Not(test) => (Occur::MustNot, Box::new(Excluded(of(test, fields)))),
                test => (Occur::Must, of(test, fields)),
            }
        })
        .collect();
    // What is left out must be left out of something.
    if !clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
        clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
    }
    match clauses.len() {
        1 => clauses.remove(0).1,
        _ => Box::new(BooleanQuery::new(clauses)),
    }
}

fn phrase(field: Field, Phrase(terms): &Phrase) -> Boxed {
    let term = |text: &str| Term::from_field_text(field, text);
    match terms.as_slice() {
        [] => Box::new(EmptyQuery),
        [one] => Box::new(TermQuery::new(term(&one.term), IndexRecordOption::WithFreqs)),
        terms => {
            let terms = terms.iter().map(|one| (one.offset, term(&one.term)));
            Box::new(PhraseQuery::new_with_offset(terms.collect()))
        }
    }
}

fn term(term: Term) -> Boxed {
    unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

fn unscored(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
