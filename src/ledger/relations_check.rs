//! Whether the relations of a store are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::failure;
use super::read::LedgerReader;
use super::relations::Relations;
use crate::error::Result;

/// No more is reported of one kind.
const MOST: usize = 20;

impl LedgerReader {
    /// What is wrong with the relations in a file, each in a sentence: pages that are damaged, more history than the ledger has,
    /// marks that cannot be read, complaints that lack theirs. Nothing where there is no such file, or one of another format,
    /// which the next writer makes anew.
    ///
    /// Cost: reads the file once, and the versions of the ledger.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when a file cannot be read. What is damaged is no error, but a finding.
    pub fn check_relations(&self, path: &Path) -> Result<Vec<String>> {
        let relations = match Relations::to_check(path) {
            Ok(Some(relations)) => relations,
            Ok(None) => return Ok(Vec::new()),
            Err(error) => return Ok(vec![error.to_string()]),
        };
        let shown = path.display().to_string();
        // One snapshot: what is written meanwhile is no fault.
        let begun =
            relations.connection.execute_batch("BEGIN").map_err(|error| failure("read", &shown, error));
        let found = begun.and_then(|()| self.compare(&relations, &shown));
        Ok(found.unwrap_or_else(|error| vec![error.to_string()]))
    }

    fn compare(&self, relations: &Relations, shown: &str) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        let pages = relations.rows(&format!("PRAGMA integrity_check({MOST})"), [], |row| row.get(0))?;
        let damaged = pages.into_iter().filter(|line: &String| line != "ok");
        wrong.extend(damaged.map(|line| format!("`{shown}` is damaged: {line}: run pilah rebuild")));
        let (seen, last) = (relations.seen()?, self.last()?);
        if seen > last {
            wrong.push(format!(
                "the relations hold place {seen} of a history that ends at {last}: run pilah rebuild"
            ));
        }
        let mut marked = BTreeSet::new();
        relations.each_mark(0, |_, number, _| {
            marked.insert(number);
            Ok(())
        })?;
        let bare =
            "SELECT DISTINCT number FROM mark WHERE number NOT IN (SELECT number FROM portrait) LIMIT 20";
        let bare: Vec<u64> = relations.rows(bare, [], |row| row.get(0))?;
        wrong.extend(
            bare.iter().map(|number| format!("the relations lack the portrait of complaint {number}")),
        );
        let united: BTreeMap<u64, u64> = relations.united()?.into_iter().collect();
        let is_marked = |number: &u64| {
            let mut number = *number;
            while let Some(kept) = united.get(&number).filter(|_| !marked.contains(&number)) {
                number = *kept;
            }
            marked.contains(&number)
        };
        let open = "SELECT DISTINCT key FROM history WHERE kind = 'version' AND seq <= ?1
                    AND coalesce(json_extract(body, '$.confidential'), 0) = 0 ORDER BY key";
        let missing = self.numbers(open, [seen])?.into_iter().filter(|number| !is_marked(number));
        wrong.extend(
            missing
                .take(MOST)
                .map(|number| format!("the relations lack complaint {number}: run pilah rebuild")),
        );
        Ok(wrong)
    }
}
