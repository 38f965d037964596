//! A list that is searched and ordered in the window, as it stands in the address.

use super::query::use_query;
use super::search::use_search;
use crate::forms::list::ListQuery;
use crate::route::Route;
use yew::prelude::*;

/// How the list is looked at, and how that is changed.
pub struct ListLook {
    /// What is searched, and the order.
    pub query: ListQuery,
    /// What the search field shows.
    pub typed: String,
    /// Told what is typed into it.
    pub oninput: Callback<String>,
    /// Told the word of another order.
    pub onsort: Callback<String>,
}

/// The look of the list on that page.
#[hook]
pub fn use_list(page: Route) -> ListLook {
    let (query, go) = use_query::<ListQuery>();
    let go = go.reform(move |query: ListQuery| (page, query));
    let search = {
        let query = query.clone();
        go.reform(move |search| ListQuery { search, ..query.clone() })
    };
    let (typed, oninput) = use_search(&query.search, search);
    let onsort = {
        let query = query.clone();
        go.reform(move |sort| ListQuery { sort, ..query.clone() })
    };
    ListLook { query, typed, oninput, onsort }
}
