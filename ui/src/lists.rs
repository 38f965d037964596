//! How each list was last looked at: who comes back from one of its items finds what was searched and filtered.

use crate::route::Route;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What stands behind the `?` of an address.
pub type Query = BTreeMap<String, String>;

thread_local! {
    static LEFT: RefCell<Vec<(Route, Query)>> = const { RefCell::new(Vec::new()) };
}

/// Remembers how a page is looked at now.
pub fn remember(route: Route, query: Query) {
    LEFT.with_borrow_mut(|left| match left.iter_mut().find(|(known, _)| *known == route) {
        Some((_, known)) => *known = query,
        None if route.is_list() => left.push((route, query)),
        None => {}
    });
}

/// How a page was looked at last, if anything of it was not as usual.
pub fn left(route: Route) -> Option<Query> {
    LEFT.with_borrow(|left| left.iter().find(|(known, _)| *known == route).map(|(_, query)| query.clone()))
        .filter(|query| !query.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_look_at_a_list_is_remembered_and_no_other_page() {
        let failed = Query::from([("status".to_owned(), "failed".to_owned())]);
        remember(Route::Runs, failed.clone());
        remember(Route::Run { id: 7 }, failed.clone());
        assert_eq!(left(Route::Runs), Some(failed), "the reader comes back to the same rows");
        assert_eq!(left(Route::Run { id: 7 }), None, "every item ever opened must not be kept");
        remember(Route::Runs, Query::new());
        assert_eq!(left(Route::Runs), None, "filters that were taken away stay away");
    }
}
