//! The place of a drill: a throwaway cluster in a private folder, always removed.
//!
//! The folder is locked while the drill goes on; what a killed process left is swept at the next start.

use crate::context::off_runtime;
use crate::error::Error;
use crate::home::Home;
use crate::locks;
use crate::platform::modes::{create_private_file, create_private_folder};
use crate::platform::user;
use crate::postgres::Toolset;
use crate::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime, socket_folder};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names the cluster's folder when it does not lie in the drill's own.
const POINTER: &str = "cluster.path";

/// The cluster's folder within the drill's own.
const INSIDE: &str = "pg";

/// How often the removal of a folder is tried again, and the pause before.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Begins the name of a cluster's folder that lies among the system's temporary files.
const ELSEWHERE: &str = "holdfast-drill-";

/// A running throwaway cluster.
pub(super) struct Place {
    cluster: Option<Cluster>,
    folder: PathBuf,
    cluster_folder: PathBuf,
    _owner: locks::Held,
}

impl Place {
    /// Makes and starts a cluster.
    pub(super) async fn make(home: &Home, tools: &Toolset) -> Result<Self, Error> {
        let folder = home.scratch().join(format!("drill-{}", uuid::Uuid::new_v4().simple()));
        let failed = |source| Error::Io { path: folder.clone(), source };
        create_private_folder(&folder).map_err(failed)?;
        let owner = locks::file(&folder.join("owner.lock"))?
            .ok_or_else(|| Error::Internal("a new drill folder was locked".into()))?;
        let account = ClusterUser::suited();
        let cluster_folder = match &account {
            // Root's data directory lets no other account pass, and PostgreSQL refuses to run as root.
            ClusterUser::Account(account) if user::barrier(&folder.join(INSIDE), account).is_some() => {
                elsewhere(&folder)?
            }
            _ => folder.join(INSIDE),
        };
        let mut place = Self { cluster: None, folder, cluster_folder, _owner: owner };
        let mut cluster =
            Cluster::create(tools, &place.cluster_folder, account, Durability::Unlogged).await?;
        cluster.start(Lifetime::WithProcess).await?;
        place.cluster = Some(cluster);
        Ok(place)
    }

    /// Where a drill's cluster would lie, for looking at the space there.
    pub(super) fn disk(home: &Home) -> PathBuf {
        let folder = home.scratch();
        match ClusterUser::suited() {
            ClusterUser::Account(account)
                if user::barrier(&folder.join("x").join(INSIDE), &account).is_some() =>
            {
                std::env::temp_dir()
            }
            _ => folder,
        }
    }

    /// The running cluster.
    pub(super) fn cluster(&self) -> Result<&Cluster, Error> {
        self.cluster.as_ref().ok_or_else(|| Error::Internal("the drill's cluster is gone".into()))
    }

    /// The drill's private folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops the cluster and removes everything.
    pub(super) async fn remove(mut self) -> Result<(), Error> {
        if let Some(cluster) = self.cluster.take() {
            cluster.remove().await?;
        }
        let folder = self.folder.clone();
        off_runtime(move || {
            std::fs::remove_dir_all(&folder).map_err(|source| Error::Io { path: folder, source })
        })
        .await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Ends the server's processes, if they still run, before their files go.
        drop(self.cluster.take());
        for folder in [&socket_folder(&self.cluster_folder), &self.cluster_folder, &self.folder] {
            if let Err(error) = remove(folder) {
                tracing::warn!("{} cannot be removed: {error}", folder.display());
            }
        }
    }
}

fn elsewhere(folder: &Path) -> Result<PathBuf, Error> {
    let cluster = std::env::temp_dir().join(format!("{ELSEWHERE}{}", uuid::Uuid::new_v4().simple()));
    let path = folder.join(POINTER);
    let failed = |source| Error::Io { path: path.clone(), source };
    let mut file = create_private_file(&path).map_err(failed)?;
    file.write_all(cluster.to_string_lossy().as_bytes()).map_err(failed)?;
    Ok(cluster)
}

/// Removes the cluster of a drill whose process is gone, which lies in the drill's folder or where that points to,
/// if its name is one that a drill gives.
///
/// # Errors
/// It cannot be removed yet; the folder that points to it must stay until it can.
pub(crate) fn sweep_cluster_of(folder: &Path) -> std::io::Result<()> {
    let cluster = match std::fs::read_to_string(folder.join(POINTER)) {
        Ok(path) => PathBuf::from(path),
        Err(_) => folder.join(INSIDE),
    };
    let is_ours = cluster == folder.join(INSIDE)
        || (cluster.parent() == Some(std::env::temp_dir().as_path())
            && cluster
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|it| it.starts_with(ELSEWHERE)));
    if !is_ours || !cluster.exists() {
        return Ok(());
    }
    remove(&socket_folder(&cluster))?;
    remove(&cluster)
}

/// Removes a folder, if there is one. A server that ends with its process may still write into it for a moment.
fn remove(folder: &Path) -> std::io::Result<()> {
    let mut tries = 0;
    loop {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound && !folder.exists() => return Ok(()),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => tries += 1,
            Ok(()) => return Ok(()),
        }
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cluster_that_a_drill_made_is_swept() {
        let scratch = tempfile::tempdir().expect("temporary directory");
        let precious = tempfile::tempdir().expect("temporary directory");
        let drill = |pointer: Option<&Path>| {
            let folder = scratch.path().join(format!("drill-{}", uuid::Uuid::new_v4().simple()));
            std::fs::create_dir(&folder).expect("a folder");
            if let Some(target) = pointer {
                std::fs::write(folder.join(POINTER), target.to_string_lossy().as_bytes()).expect("a pointer");
            }
            folder
        };
        let misled = drill(Some(precious.path()));
        sweep_cluster_of(&misled).expect("swept");
        assert!(precious.path().exists(), "a meddled pointer must not delete what no drill made");

        let own = std::env::temp_dir().join(format!("{ELSEWHERE}{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(own.join("data")).expect("a cluster");
        sweep_cluster_of(&drill(Some(&own))).expect("swept");
        assert!(!own.exists(), "it may hold a whole database");

        let inside = drill(None);
        std::fs::create_dir_all(inside.join(INSIDE).join("data")).expect("a cluster");
        sweep_cluster_of(&inside).expect("swept");
        assert!(!inside.join(INSIDE).exists(), "most lie in the drill's own folder");
        sweep_cluster_of(&inside).expect("nothing is left to do");
    }
}
