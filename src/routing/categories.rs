//! The category tree of SP4N-LAPOR!: from a sub-category, as exports state it, to its main category.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::listed::folded;
use super::table::rows;
use crate::error::Result;

/// `data/routing/categories.csv`: main categories and their sub-categories, by the folded name of either. A name of
/// several main categories says nothing.
static TREE: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| match parse(CATEGORIES) {
    Ok(tree) => tree,
    Err(error) => panic!("the shipped tree of categories: {error}"),
});

const CATEGORIES: &str = include_str!("../../data/routing/categories.csv");

fn parse(table: &str) -> Result<FxHashMap<String, String>> {
    let mut tree: FxHashMap<String, String> = FxHashMap::default();
    let rows = rows(table, ["main_category", "sub_category"])?;
    for (_, [main, sub]) in &rows {
        let known = tree.entry(folded(sub)).or_insert_with(|| main.clone());
        if known != main {
            known.clear();
        }
    }
    for (_, [main, _]) in rows {
        tree.insert(folded(&main), main);
    }
    Ok(tree)
}

/// The main category of a stated category; `None` for what is not in the tree, or under several.
pub(crate) fn main_category(stated: &str) -> Option<&'static str> {
    if stated.is_empty() {
        return None;
    }
    TREE.get(&folded(stated)).map(String::as_str).filter(|main| !main.is_empty())
}

#[cfg(test)]
mod tests {
    use super::main_category;

    #[test]
    fn sub_categories_lead_to_their_main_ones() {
        assert_eq!(main_category("Haji dan Umroh"), Some("AGAMA"));
        assert_eq!(main_category("agama"), Some("AGAMA"));
        assert_eq!(main_category("Entah Apa"), None);
        assert_eq!(main_category(""), None);
    }
}
