//! Text to query.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::key::Key;
use super::query::{Node, Side};
use crate::error::{Error, ErrorKind, Result};

/// Longest query, in bytes.
const LONGEST: usize = 1 << 15;
/// Most conditions in one.
const MOST: usize = 1000;
/// Most groups around one.
const DEEPEST: usize = 32;

/// Fields whose values are no names.
const OTHERS: [&str; 11] = [
    "title",
    "address",
    "region",
    "id",
    "number",
    "month",
    "received",
    "since",
    "until",
    "corrected",
    "confidential",
];

pub(super) fn query(text: &str) -> Result<Node> {
    if text.len() > LONGEST {
        return Err(wrong(format!("the query has {} bytes: at most {LONGEST} are read", text.len())));
    }
    let mut parser = Parser { text, at: 0, depth: 0, count: 0 };
    let node = parser.all()?;
    if parser.peek() == Some(')') {
        let message = format!("the `)` at byte {} of the query closes nothing", parser.at);
        return Err(wrong(format!("{message}: remove it, or put the words between quotation marks")));
    }
    Ok(node.unwrap_or(Node::All(Vec::new())))
}

/// Whether anything of it can be a word.
pub(super) fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    count: usize,
}

/// Each gives `None` for what holds no condition, such as a lone dash.
impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn all(&mut self) -> Result<Option<Node>> {
        let mut nodes = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None | Some(')') => break,
                Some(_) => nodes.extend(self.any()?),
            }
        }
        Ok((!nodes.is_empty()).then(|| Node::all(nodes)))
    }

    fn any(&mut self) -> Result<Option<Node>> {
        let mut nodes = Vec::new();
        loop {
            let at = self.at;
            if self.is_or() || self.peek().is_none_or(|next| next == ')') {
                let message = format!("the `OR` at byte {at} of the query joins nothing");
                return Err(wrong(format!("{message}: give it something on both sides, or write it \"OR\"")));
            }
            nodes.extend(self.one()?);
            self.skip_space();
            if !self.is_or() {
                break;
            }
            self.at += 2;
            self.skip_space();
        }
        Ok((!nodes.is_empty()).then(|| Node::any(nodes)))
    }

    fn is_or(&self) -> bool {
        let rest = self.rest().strip_prefix("OR");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '('))
    }

    fn one(&mut self) -> Result<Option<Node>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong(format!(
                "the query has more than {DEEPEST} groups in each other: simplify it"
            )));
        }
        let node = match self.peek() {
            Some('-') => {
                self.at += 1;
                match self.peek() {
                    None | Some(')') => None,
                    Some(next) if next.is_whitespace() => None,
                    Some(_) => self.one()?.map(Node::not),
                }
            }
            Some('(') => {
                let from = self.at;
                self.at += 1;
                let node = self.all()?;
                if self.peek() != Some(')') {
                    let message = format!("the `(` at byte {from} of the query is not closed");
                    return Err(wrong(format!(
                        "{message}: write `)`, or put the words between quotation marks"
                    )));
                }
                self.at += 1;
                Some(node.unwrap_or(Node::All(Vec::new())))
            }
            _ => self.leaf()?,
        };
        self.depth -= 1;
        Ok(node)
    }

    fn leaf(&mut self) -> Result<Option<Node>> {
        self.count += 1;
        if self.count > MOST {
            return Err(wrong(format!("the query has more than {MOST} conditions: give fewer")));
        }
        if let Some(name) = self.field() {
            self.at += name.len() + 1;
            let value = self.value(|c| c.is_whitespace() || c == ')')?;
            return filter(name, &value).map(Some);
        }
        let word = self.value(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'))?;
        Ok(has_word(&word).then_some(Node::Words(Side::Text, word)))
    }

    /// The name of a field: letters before a colon, unless that begins an address of the web.
    fn field(&self) -> Option<&'t str> {
        let (name, value) = self.rest().split_once(':')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        let has_value =
            value.starts_with(|c: char| !c.is_whitespace() && c != ')') && !value.starts_with("//");
        (is_name && has_value).then_some(name)
    }

    /// What stands between quotation marks, or up to an end.
    fn value(&mut self, is_end: impl Fn(char) -> bool) -> Result<String> {
        let from = self.at;
        let rest = self.rest();
        if !rest.starts_with('"') {
            let value = rest.split(is_end).next().unwrap_or_default();
            self.at += value.len();
            return Ok(value.to_owned());
        }
        let mut value = String::new();
        let mut characters = rest.char_indices().skip(1).peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 1;
                    return Ok(value);
                }
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push('\\'),
                },
                character => value.push(character),
            }
        }
        let message = format!("the quotation mark at byte {from} of the query has no other");
        Err(wrong(format!("{message}: close it, or remove it")))
    }
}

/// The condition that a field has a value.
pub(super) fn filter(name: &str, value: &str) -> Result<Node> {
    if let Some(key) = Key::ALL.into_iter().find(|key| key.name() == name) {
        return Ok(Node::Key(key, key.value(value)?.into_owned()));
    }
    let words = |side| {
        let words = has_word(value).then(|| Node::Words(side, value.to_owned()));
        words.ok_or_else(|| wrong(format!("`{name}:` needs words, not `{value}`")))
    };
    match name {
        "title" => words(Side::Title),
        "address" => words(Side::Address),
        "region" => region(value).map(Node::Region),
        "id" => Ok(Node::Id(value.trim().to_owned())),
        "number" => {
            value.parse().map(Node::Number).map_err(|_| expected(name, value, "a whole number such as `12`"))
        }
        "corrected" => yes(name, value).map(Node::Corrected),
        "confidential" => yes(name, value).map(Node::Confidential),
        "since" => Ok(Node::Received(Some(time(name, value)?), None)),
        "until" => Ok(Node::Received(None, Some(time(name, value)?))),
        "month" => month(name, value),
        "received" => received(name, value),
        _ => {
            let known: Vec<&str> = Key::ALL.iter().map(|key| key.name()).chain(OTHERS).collect();
            let message = format!("`{name}:` is no field of a complaint: give one of {}", known.join(", "));
            Err(wrong(format!("{message}; or put the words between quotation marks")))
        }
    }
}

/// A region's code with dots; of none, the empty one.
fn region(value: &str) -> Result<String> {
    let digits: String = value.chars().filter(|&c| c != '.').collect();
    let ends: &[usize] = match digits.len() {
        0 => &[],
        2 => &[2],
        4 => &[2, 4],
        6 => &[2, 4, 6],
        10 => &[2, 4, 6, 10],
        _ => &[0],
    };
    let mut from = 0;
    let parts =
        ends.iter().map(|&end| digits.get(std::mem::replace(&mut from, end)..end).unwrap_or_default());
    let code = parts.collect::<Vec<_>>().join(".");
    let known = digits.bytes().all(|byte| byte.is_ascii_digit()) && (value == code || value == digits);
    if known && (digits.is_empty() || !code.is_empty()) {
        return Ok(code);
    }
    Err(expected("region", value, "a code such as `35`, `35.78`, `35.78.08` or `35.78.08.1002`"))
}

fn yes(name: &str, value: &str) -> Result<bool> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(expected(name, value, "`yes` or `no`")),
    }
}

/// A local time; of a date, its first moment.
fn time(name: &str, value: &str) -> Result<DateTime> {
    let time = value.parse::<DateTime>();
    time.map_err(|_| expected(name, value, "a local date or time such as `2023-01-31` or `2023-01-31T09:30`"))
}

fn month(name: &str, value: &str) -> Result<Node> {
    let first = format!("{value}-01").parse::<Date>().ok().filter(|_| value.len() == 7);
    let first = first.ok_or_else(|| expected(name, value, "a month such as `2023-01`"))?;
    Ok(span(first, first.checked_add(1.month()).ok()))
}

fn received(name: &str, value: &str) -> Result<Node> {
    if let Some((since, until)) = value.split_once("..") {
        let (since, until) = (time(name, since)?, time(name, until)?);
        if since >= until {
            return Err(expected(name, value, "the earlier time first, as in `2023-01-01..2023-02-01`"));
        }
        return Ok(Node::Received(Some(since), Some(until)));
    }
    let day = value.parse::<Date>().ok().filter(|_| value.len() == 10);
    let day = day.ok_or_else(|| expected(name, value, "a day or a span such as `2023-01-01..2023-02-01`"))?;
    Ok(span(day, day.tomorrow().ok()))
}

/// From the first moment of a day until before another; to the end of time where there is no other.
fn span(since: Date, until: Option<Date>) -> Node {
    let midnight = |date: Date| date.at(0, 0, 0, 0);
    Node::Received(Some(midnight(since)), until.map(midnight))
}

fn expected(name: &str, value: &str, what: &str) -> Error {
    wrong(format!("`{name}:` cannot be `{value}`: give {what}"))
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Parameter, message)
}
