//! libpq's settings beyond those of a connection: what is taken over, and what is refused because neither our
//! sessions nor pg_dump by our hand would do what it says.
//!
//! What is missing here changes nothing about a backup: how dates are shown, what the session is called.

use super::PostgresError;
use super::connection::Surroundings;
use std::collections::HashMap;
use tokio_postgres::config::ChannelBinding;

/// A setting that cannot be honoured, apart from the values that are met anyway.
struct Refused {
    /// Its name in a service file.
    keyword: &'static str,
    /// Its variable.
    variable: &'static str,
    /// Values that say what is so in any case.
    met: &'static [&'static str],
}

const REFUSED: &[Refused] = &[
    Refused { keyword: "require_auth", variable: "PGREQUIREAUTH", met: &[] },
    Refused { keyword: "requirepeer", variable: "PGREQUIREPEER", met: &[] },
    Refused { keyword: "sslcrl", variable: "PGSSLCRL", met: &[] },
    Refused { keyword: "sslcrldir", variable: "PGSSLCRLDIR", met: &[] },
    Refused { keyword: "sslcertmode", variable: "PGSSLCERTMODE", met: &["allow"] },
    Refused {
        keyword: "ssl_min_protocol_version",
        variable: "PGSSLMINPROTOCOLVERSION",
        met: &["TLSv1", "TLSv1.1", "TLSv1.2"],
    },
    Refused { keyword: "sslnegotiation", variable: "PGSSLNEGOTIATION", met: &["postgres"] },
    Refused { keyword: "gssencmode", variable: "PGGSSENCMODE", met: &["disable", "prefer"] },
    // With one host, to prefer a standby is to take what is there.
    Refused {
        keyword: "target_session_attrs",
        variable: "PGTARGETSESSIONATTRS",
        met: &["any", "prefer-standby"],
    },
    Refused { keyword: "min_protocol_version", variable: "PGMINPROTOCOLVERSION", met: &["3.0"] },
];

/// The first setting of a service or the environment that would be silently broken.
pub(super) fn refused(service: &HashMap<String, String>, around: &Surroundings) -> Option<PostgresError> {
    REFUSED.iter().find_map(|setting| {
        let served = service.get(setting.keyword).filter(|value| !value.is_empty());
        let (name, value) = match served {
            Some(value) => (setting.keyword, value.as_str()),
            None => (setting.variable, around.variable(setting.variable)?),
        };
        (!setting.met.contains(&value)).then(|| PostgresError::UnsupportedSetting {
            name: name.into(),
            value: value.into(),
            met: setting.met.last().map(|value| (*value).to_owned()),
        })
    })
}

/// The word of `channel_binding`.
pub(super) fn channel_binding_of(word: &str) -> Option<ChannelBinding> {
    match word {
        "disable" => Some(ChannelBinding::Disable),
        "prefer" => Some(ChannelBinding::Prefer),
        "require" => Some(ChannelBinding::Require),
        _ => None,
    }
}

/// The mode that the oldest way to demand encryption means.
pub(super) fn sslmode_of_requiressl(around: &Surroundings) -> Option<String> {
    around.variable("PGREQUIRESSL").filter(|value| value.starts_with('1')).map(|_| "require".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(service: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<String> {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let around = Surroundings { variables: map(variables), ..Surroundings::default() };
        match refused(&map(service), &around) {
            None => None,
            Some(PostgresError::UnsupportedSetting { name, .. }) => Some(name),
            Some(other) => panic!("a setting that is refused must be named, not {other:?}"),
        }
    }

    #[test]
    fn what_protects_a_connection_and_cannot_be_done_is_refused_by_its_name() {
        for (variable, value) in [
            ("PGREQUIREAUTH", "scram-sha-256"),
            ("PGREQUIREPEER", "postgres"),
            ("PGSSLCRL", "/etc/revoked.crl"),
            ("PGSSLCRLDIR", "/etc/revoked"),
            ("PGSSLCERTMODE", "require"),
            ("PGSSLMINPROTOCOLVERSION", "TLSv1.3"),
            ("PGSSLNEGOTIATION", "direct"),
            ("PGGSSENCMODE", "require"),
            ("PGTARGETSESSIONATTRS", "read-write"),
            ("PGMINPROTOCOLVERSION", "3.2"),
        ] {
            assert_eq!(
                found(&[], &[(variable, value)]).as_deref(),
                Some(variable),
                "{value} would be broken"
            );
        }
        assert_eq!(
            found(&[("sslcrl", "/etc/revoked.crl")], &[]).as_deref(),
            Some("sslcrl"),
            "in a service file it has another name"
        );
    }

    #[test]
    fn what_is_met_anyway_or_changes_nothing_is_no_obstacle() {
        let harmless = [
            ("PGSSLMINPROTOCOLVERSION", "TLSv1.2"),
            ("PGGSSENCMODE", "disable"),
            ("PGTARGETSESSIONATTRS", "any"),
            ("PGREQUIREAUTH", ""),
            ("PGAPPNAME", "mine"),
            ("PGTZ", "UTC"),
            ("PGDATESTYLE", "ISO"),
        ];
        assert_eq!(found(&[], &harmless), None, "these say what is so in any case");
        assert_eq!(
            found(&[("gssencmode", "disable")], &[("PGGSSENCMODE", "require")]),
            None,
            "the service comes before the environment"
        );
    }
}
