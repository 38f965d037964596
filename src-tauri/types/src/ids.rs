//! Identifiers: newtypes over the catalog's row ids, so that one cannot be taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id_type!(
    /// A server.
    ServerId
);
id_type!(
    /// A job.
    JobId
);
id_type!(
    /// A slot: one planned moment of a job.
    SlotId
);
id_type!(
    /// A run: one execution of a job.
    RunId
);
id_type!(
    /// A backup: the artefact that a run leaves.
    BackupId
);
id_type!(
    /// A verification of a backup.
    VerificationId
);
id_type!(
    /// A restore of a backup.
    RestoreId
);
id_type!(
    /// An operator: who acts. Id 1 is the system.
    OperatorId
);

impl OperatorId {
    /// The system itself, which acts for every scheduled run.
    pub const SYSTEM: OperatorId = OperatorId(1);
}
