//! From page to page of a long list.

use super::button::{Button, ButtonSize};
use super::glyphs;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PagerProps {
    pub page: u32,
    pub limit: u32,
    pub total: u64,
    pub onpage: Callback<u32>,
    /// What is listed, in the plural.
    pub noun: AttrValue,
}

/// How many pages there are, one at least.
pub fn pages(total: u64, limit: u32) -> u32 {
    u32::try_from(total.div_ceil(u64::from(limit.max(1)))).unwrap_or(u32::MAX).max(1)
}

/// "51–100 of 532 runs", and the way on.
#[component]
pub fn Pager(props: &PagerProps) -> Html {
    let last = pages(props.total, props.limit);
    let first_row = u64::from(props.page.saturating_sub(1)) * u64::from(props.limit) + 1;
    let last_row = (first_row + u64::from(props.limit) - 1).min(props.total);
    let words = if props.total == 0 {
        format!("no {}", props.noun)
    } else if props.total == 1 {
        format!("1 {}", props.noun.trim_end_matches('s'))
    } else if first_row == 1 && last_row == props.total {
        format!("{} {}", crate::locale::number(props.total), props.noun)
    } else {
        let number = crate::locale::number;
        format!("{}–{} of {} {}", number(first_row), number(last_row), number(props.total), props.noun)
    };
    let go = |page: u32| {
        let tell = props.onpage.clone();
        Callback::from(move |_: MouseEvent| tell.emit(page))
    };
    html! {
        <nav aria-label="Pagination" class="flex items-center justify-between gap-3 px-4 py-2 border-t border-base-300">
            <p class="label-muted" aria-live="polite" data-testid="pager-words">{ words }</p>
            <div class={classes!("flex", "items-center", "gap-1", (last < 2).then_some("hidden"))}>
                <Button label="Previous page" size={ButtonSize::Small} icon={glyphs::CHEVRON_LEFT} icon_only=true
                    disabled={props.page <= 1} onclick={go(props.page.saturating_sub(1).max(1))} testid="pager-previous" />
                <span class="label-muted px-2">{ format!("page {} of {}", crate::locale::number(props.page.into()), crate::locale::number(last.into())) }</span>
                <Button label="Next page" size={ButtonSize::Small} icon={glyphs::CHEVRON_RIGHT} icon_only=true
                    disabled={props.page >= last} onclick={go(props.page + 1)} testid="pager-next" />
            </div>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_may_be_part_full() {
        assert_eq!(pages(0, 50), 1, "an empty list still has its page");
        assert_eq!(pages(50, 50), 1, "a full page is one");
        assert_eq!(pages(51, 50), 2, "one more row needs one more page");
    }
}
