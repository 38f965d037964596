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
    site.insert("index.html".into(), fill(&template, names)?.into_bytes());
    Ok(())
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
    fn a_template_without_a_placeholder_is_refused() {
        assert!(fill("{{script}}", &NAMES).is_err(), "a page without styles must not be shipped");
    }
}
