//! The style sheet, compiled by Tailwind, and the fonts that it names.

use std::fs;

use super::{Site, files};
use crate::{failure::Failure, place::Place, tool};

const FONTS: &str = "node_modules/@fontsource-variable/inter/files";

/// Adds the style sheet and its fonts to the site and returns the sheet's name.
pub fn add(site: &mut Site, place: &Place) -> Result<String, Failure> {
    let tailwind = place.node_program("tailwindcss");
    if !tailwind.exists() {
        return Err(Failure::Missing {
            what: vec!["tailwindcss".into()],
            install: vec!["cargo xtask setup".into()],
        });
    }
    let sheet = place.target.join("holdfast-ui.css");
    let mut compile = tool::program(place, tailwind);
    compile.args(["--minify", "--input", "ui/styles/app.css", "--output"]).arg(&sheet);
    tool::succeed(&mut compile)?;
    let css = fs::read_to_string(&sheet).map_err(Failure::file(&sheet))?;

    for font in fonts(&css) {
        let path = place.root.join(FONTS).join(font);
        site.insert(format!("files/{font}"), fs::read(&path).map_err(Failure::file(&path))?);
    }
    let name = files::hashed("app", "css", css.as_bytes());
    site.insert(name.clone(), css.into_bytes());
    Ok(name)
}

/// The files that the sheet asks for beside itself: `url(./files/NAME)`.
fn fonts(css: &str) -> Vec<&str> {
    css.split("url(")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .filter_map(|(url, _)| url.trim_matches(['"', '\'']).strip_prefix("./files/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_that_the_sheet_names_is_found_and_nothing_else() {
        let css = "a{src:url(./files/a.woff2)format(\"woff2\")}b{src:url('./files/b.woff2')}c{background:url(\"data:x\")}";
        assert_eq!(
            fonts(css),
            ["a.woff2", "b.woff2"],
            "a font that is not copied is a silent fallback to another"
        );
    }
}
