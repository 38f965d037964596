//! Where the window may go.

use tauri::Url;

/// The address within the app for a page of the dashboard.
pub(super) fn address(page: Option<&str>) -> String {
    page.map_or_else(|| "index.html".to_owned(), |path| format!("index.html#{path}"))
}

/// Whether the window may go there: to the dashboard itself and nowhere else.
pub(super) fn may_open(url: &Url, development: Option<&Url>) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    };
    own || development.is_some_and(|server| server.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a usable address")
    }

    #[test]
    fn the_window_stays_within_the_dashboard() {
        for own in ["tauri://localhost", "tauri://localhost/index.html#/runs/12", "https://tauri.localhost/"]
        {
            assert!(may_open(&url(own), None), "{own} is the dashboard");
        }
        for foreign in
            ["https://example.com/", "http://localhost:8080/", "file:///etc/passwd", "data:text/html,x"]
        {
            assert!(!may_open(&url(foreign), None), "{foreign} could call commands or mislead the operator");
        }
    }

    #[test]
    fn a_page_is_reached_by_its_fragment() {
        assert_eq!(address(Some("/runs/12")), "index.html#/runs/12", "the dashboard routes by fragment");
    }
}
