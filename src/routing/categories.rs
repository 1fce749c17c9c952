//! The category tree of SP4N-LAPOR!: from a sub-category, as exports state it, to its main category.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::listed::folded;

/// `data/routing/categories.csv`: main categories and their sub-categories, by the folded name of either.
static TREE: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let mut tree = FxHashMap::default();
    let mut reader = csv::Reader::from_reader(CATEGORIES.as_bytes());
    let rows: Vec<(String, String)> = reader.deserialize().filter_map(Result::ok).collect();
    let mut mains: Vec<&'static str> = Vec::new();
    for (main, sub) in rows {
        let known = mains.iter().copied().find(|known| *known == main);
        let main = known.unwrap_or_else(|| {
            let main: &'static str = main.leak(); // as long as the program, once
            mains.push(main);
            main
        });
        // A sub-category of several main ones says nothing.
        tree.entry(folded(&sub))
            .and_modify(|known| {
                if *known != main {
                    *known = "";
                }
            })
            .or_insert(main);
    }
    for main in mains {
        tree.insert(folded(main), main);
    }
    tree
});

const CATEGORIES: &str = include_str!("../../data/routing/categories.csv");

/// The main category of a stated category; `None` for what is not in the tree, or under several.
pub(super) fn main_category(stated: &str) -> Option<&'static str> {
    if stated.is_empty() {
        return None;
    }
    TREE.get(&folded(stated)).copied().filter(|main| !main.is_empty())
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
