//! The list of servers: which are shown, and in which order. Pure.

use super::list::{ListQuery, Sorting, Way};
use holdfast_types::{Connection, Server};
use std::cmp::Ordering;

/// The order without a wish.
pub const USUAL: Sorting<'static> = Sorting { column: "name", way: Way::Up };

/// `user@host:port/database`, as far as it is known.
pub fn address(connection: &Connection) -> String {
    let user = connection.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let host = match (&connection.service, connection.host.is_empty()) {
        (Some(service), true) => format!("service {service}"),
        _ => connection.host.clone(),
    };
    let port = connection.port.map(|port| format!(":{port}")).unwrap_or_default();
    let database = connection.database.as_ref().map(|database| format!("/{database}")).unwrap_or_default();
    format!("{user}{host}{port}{database}")
}

/// The servers whose name or address holds the text, in the order that is asked for.
pub fn found<'a>(servers: &'a [Server], query: &ListQuery) -> Vec<&'a Server> {
    let search = query.search.trim().to_lowercase();
    let fits = |server: &&Server| {
        format!("{} {}", server.name, address(&server.connection)).to_lowercase().contains(&search)
    };
    let mut found: Vec<&Server> = servers.iter().filter(fits).collect();
    let sorting = Sorting::of(&query.sort, USUAL);
    found.sort_by(|a, b| {
        let order = by(sorting.column, a, b);
        match sorting.way {
            Way::Up => order,
            Way::Down => order.reverse(),
        }
    });
    found
}

fn by(column: &str, a: &Server, b: &Server) -> Ordering {
    match column {
        "version" => numbers(a).cmp(&numbers(b)),
        "jobs" => a.job_count.cmp(&b.job_count),
        "seen" => a.last_seen_at.cmp(&b.last_seen_at),
        _ => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
    }
}

/// A version's numbers: 9.6 is older than 15.2.
fn numbers(server: &Server) -> Vec<u32> {
    let version = server.server_version.as_deref().unwrap_or_default();
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{PasswordSource, ServerId};

    fn server(id: i64, name: &str, version: &str) -> Server {
        Server {
            id: ServerId(id),
            name: name.to_owned(),
            connection: Connection { host: format!("{name}.example.com"), ..Connection::default() },
            password: PasswordSource::None,
            server_version: Some(version.to_owned()),
            last_seen_at: None,
            job_count: u64::try_from(id).expect("small"),
            created_at: "2026-11-01T00:00:00Z".to_owned(),
        }
    }

    fn names(query: &ListQuery) -> Vec<i64> {
        let servers = [server(1, "beta", "15.2"), server(2, "Alpha", "9.6"), server(3, "gamma", "18.0")];
        found(&servers, query).into_iter().map(|server| server.id.0).collect()
    }

    fn sorted(word: &str) -> ListQuery {
        ListQuery { sort: word.to_owned(), ..ListQuery::default() }
    }

    #[test]
    fn servers_are_ordered_by_any_column_both_ways() {
        assert_eq!(names(&ListQuery::default()), [2, 1, 3], "by name, whatever its case");
        assert_eq!(names(&sorted("version")), [2, 1, 3], "9.6 is older than 15.2: a version is no text");
        assert_eq!(names(&sorted("-jobs")), [3, 2, 1], "what is used most, first");
        assert_eq!(names(&sorted("-colour")).len(), 3, "a broken address loses no server");
    }

    #[test]
    fn a_server_is_found_by_its_address() {
        let query = ListQuery { search: " GAMMA.example ".to_owned(), ..ListQuery::default() };
        assert_eq!(names(&query), [3], "few remember the names that they once gave");
    }
}
