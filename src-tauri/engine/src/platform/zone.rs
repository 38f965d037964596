//! The machine's time zone, as the system names it. Whether the name means anything is for `schedule` to say.

/// Names of the machine's zone, the likeliest first: what `TZ` says, then what the system is set to.
pub fn names() -> Vec<String> {
    let chosen = std::env::var("TZ").ok().map(|zone| zone.trim_start_matches(':').to_owned());
    chosen.into_iter().chain(system()).filter(|zone| !zone.is_empty()).collect()
}

/// What `/etc/localtime` or `/etc/timezone` says.
#[cfg(all(unix, not(target_os = "macos")))]
fn system() -> Vec<String> {
    // A link names its zone; where the file is a copy, the other file may.
    let linked = || {
        let target = std::fs::read_link("/etc/localtime").ok()?;
        target.to_string_lossy().split_once("zoneinfo/").map(|(_, zone)| zone.to_owned())
    };
    let written = || Some(std::fs::read_to_string("/etc/timezone").ok()?.trim().to_owned());
    linked().into_iter().chain(written()).chain(iana_time_zone::get_timezone().ok()).collect()
}

/// What the system's settings say, on Windows translated from Windows' own names.
#[cfg(any(target_os = "macos", windows))]
fn system() -> Vec<String> {
    iana_time_zone::get_timezone().ok().into_iter().collect()
}

#[cfg(not(any(unix, windows)))]
fn system() -> Vec<String> {
    Vec::new()
}
