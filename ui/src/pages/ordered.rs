//! Heads of columns by which a list is ordered.

use crate::components::{Column, Order};
use crate::forms::list::{Sorting, Way};
use yew::prelude::*;

/// How a list is ordered, and whom to tell of another order.
#[derive(Clone, Copy)]
pub struct Heads<'a> {
    /// The order now.
    pub now: Sorting<'a>,
    /// The order without a wish.
    pub usual: Sorting<'a>,
    /// Told the word of the address for the new order.
    pub tell: &'a Callback<String>,
}

impl Heads<'_> {
    /// The column by which the list can be ordered; `first` is the way of a first click.
    pub fn over(&self, column: Column, key: &'static str, first: Way) -> Column {
        let order = match (self.now.column == key, self.now.way) {
            (false, _) => Order::None,
            (true, Way::Up) => Order::Ascending,
            (true, Way::Down) => Order::Descending,
        };
        let word = self.now.clicked(key, first).word(self.usual);
        column.sorted(order, self.tell.reform(move |()| word.clone()))
    }
}
