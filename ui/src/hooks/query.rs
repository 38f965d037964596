//! A page's part of the address.

use crate::route::Route;
use serde::Serialize;
use serde::de::DeserializeOwned;
use yew::prelude::*;
use yew_router::prelude::*;

/// What stands behind the `?`, and how the address is changed. One that means nothing is as good as none.
#[hook]
pub fn use_query<Q>() -> (Q, Callback<(Route, Q)>)
where
    Q: Serialize + DeserializeOwned + Default + 'static,
{
    let navigator = use_navigator();
    let query = use_location().and_then(|location| location.query::<Q>().ok()).unwrap_or_default();
    let go = Callback::from(move |(route, query): (Route, Q)| {
        if let Some(navigator) = &navigator
            && navigator.push_with_query(&route, query).is_err()
        {
            navigator.push(&route);
        }
    });
    (query, go)
}
