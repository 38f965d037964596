//! A free name for a database that is restored beside the others.

/// The longest name of a database, in bytes (`NAMEDATALEN` less its end).
pub const LONGEST: usize = 63;

/// `shop_restored`, or the first of `shop_restored_2`, `shop_restored_3` and so on that is free.
pub fn suggested(source: &str, taken: &[String]) -> String {
    let plain = fitting(source, "_restored");
    let numbered = (2u32..).map(|number| fitting(source, &format!("_restored_{number}")));
    // The numbers do not end before a free one is found: there are fewer databases than numbers.
    std::iter::once(plain).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The name with the ending, cut where a character ends so that the server does not cut the ending off.
fn fitting(source: &str, ending: &str) -> String {
    let room = LONGEST - ending.len();
    let cut = (0..=room.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
    format!("{}{ending}", &source[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_suggested_name_is_free() {
        assert_eq!(suggested("shop", &names(&["shop"])), "shop_restored", "the plain one is best");
        let taken = names(&["shop", "shop_restored", "shop_restored_2"]);
        assert_eq!(suggested("shop", &taken), "shop_restored_3", "restoring twice must just work");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = "ä".repeat(31);
        let name = suggested(&long, &[]);
        assert!(name.len() <= LONGEST, "the server would cut {name} and hit the source's own name");
        assert!(name.ends_with("_restored"), "the ending is what makes it another: {name}");
        let second = suggested(&long, std::slice::from_ref(&name));
        assert!(second.ends_with("_2") && second.len() <= LONGEST, "also when it is numbered: {second}");
    }
}
