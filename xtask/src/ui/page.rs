//! The page that the window loads.

use std::fs;

use super::Site;
use crate::{failure::Failure, place::Place};

/// The names of the files that the page asks for.
pub struct Names<'a> {
    pub script: &'a str,
    pub styles: &'a str,
}

/// Fills the template `ui/index.html` and adds it to the site.
pub fn add(site: &mut Site, place: &Place, names: &Names) -> Result<(), Failure> {
    let path = place.root.join("ui/index.html");
    let template = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let page = fill(&template, names)?;
    if let Some(lacking) = files_asked_for(&page).find(|name| !site.contains_key(*name)) {
        return Err(Failure::Unexpected(format!(
            "ui/index.html asks for {lacking}, which is not on the site"
        )));
    }
    site.insert("index.html".into(), page.into_bytes());
    Ok(())
}

/// The files that the page asks for by itself.
fn files_asked_for(page: &str) -> impl Iterator<Item = &str> {
    let values = page.split(['"', '\'']).skip(1).step_by(2);
    values.filter_map(|value| value.strip_prefix('/'))
}

/// Paths begin at the root, because the window's address changes with the page shown.
fn fill(template: &str, names: &Names) -> Result<String, Failure> {
    let mut text = template.to_owned();
    for (placeholder, name) in [("{{script}}", names.script), ("{{styles}}", names.styles)] {
        if !text.contains(placeholder) {
            return Err(Failure::Unexpected(format!("ui/index.html lacks {placeholder}")));
        }
        text = text.replace(placeholder, &format!("/{name}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names { script: "boot-1.js", styles: "app-2.css" };

    #[test]
    fn the_template_is_filled_with_rooted_names() {
        let page = fill("<link href=\"{{styles}}\"><script src=\"{{script}}\"></script>", &NAMES).ok();
        let wanted = "<link href=\"/app-2.css\"><script src=\"/boot-1.js\"></script>";
        assert_eq!(page.as_deref(), Some(wanted), "a relative name would fail on every page but the first");
    }

    #[test]
    fn what_the_page_asks_for_is_known() {
        let page = "<link rel=\"preload\" href=\"/files/a.woff2\" type=\"font/woff2\"><script src=\"/b.js\">";
        let names: Vec<&str> = files_asked_for(page).collect();
        assert_eq!(
            names,
            ["files/a.woff2", "b.js"],
            "a font that was renamed would be asked for in vain at each start"
        );
    }

    #[test]
    fn a_template_without_a_placeholder_is_refused() {
        assert!(fill("{{script}}", &NAMES).is_err(), "a page without styles must not be shipped");
    }
}
