//! The demo: a private PostgreSQL with sample data, and a server and a job for it.
//!
//! Its cluster listens on a Unix socket only and runs while this process needs it.

use super::Engine;
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::platform::modes::create_private_file;
use crate::platform::user;
use crate::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use crate::postgres::{Toolset, sample};
use holdfast_types::{
    CreateDemo, CreateJob, CreateServer, DatabaseSelection, Demo, JobSpec, ListJobs, ListServers,
    RetentionPolicy, Server,
};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// The name of the demo's server and the beginning of its job's.
const NAME: &str = "demo";

impl Engine {
    /// Makes the private demo database with a server and a job, or finds those that were made before.
    ///
    /// # Errors
    /// The machine has no PostgreSQL server programs, or too little space.
    pub async fn create_demo(&self, _request: CreateDemo) -> Result<Demo, Error> {
        let context = &self.context;
        let mut running = context.demo.lock().await;
        if running.is_none() {
            *running = Some(make(context).await?);
        }
        let Some(cluster) = running.as_mut() else {
            return Err(Error::Internal("the demo's cluster vanished".into()));
        };
        cluster.start(Lifetime::WithProcess).await?;
        let connection = cluster.connection();
        sample::make(cluster).await?;
        drop(running);
        let servers = self.list_servers(ListServers {}).await?.items;
        let server = match servers.iter().find(|server| server.connection.host == connection.host) {
            Some(server) => server.clone(),
            None => {
                let name = free_name(NAME, |name| servers.iter().any(|server| server.name == name));
                self.create_server(CreateServer { name, connection, password: None }).await?
            }
        };
        let jobs = self.list_jobs(ListJobs {}).await?.items;
        let job_id = match jobs.iter().find(|job| job.job.spec.server_id == server.id) {
            Some(job) => job.job.id,
            None => {
                let name = free_name("demo shop", |name| jobs.iter().any(|job| job.job.spec.name == name));
                let databases = DatabaseSelection::Named(vec![sample::DATABASE.to_owned()]);
                let mut spec = JobSpec::new(name, server.id, databases, super::schedule::machine_zone());
                spec.retention = RetentionPolicy { keep_last: Some(3), ..RetentionPolicy::default() };
                self.create_job(CreateJob { spec }).await?.id
            }
        };
        Ok(Demo { server_id: server.id, job_id })
    }

    /// Stops the demo's cluster and deletes it with its data. Its server, job and backups stay.
    ///
    /// # Errors
    /// The cluster cannot be stopped or its folder cannot be deleted.
    pub async fn discard_demo(&self) -> Result<(), Error> {
        let mut running = self.context.demo.lock().await;
        let cluster = match running.take() {
            Some(cluster) => Some(cluster),
            None => existing(&self.context).await?,
        };
        if let Some(cluster) = cluster {
            cluster.remove().await?;
        }
        // A creation that was cut short leaves what is no whole cluster.
        let folder = place(&self.context);
        match std::fs::remove_dir_all(&folder) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(Error::Io { path: folder, source }),
            _ => Ok(()),
        }
    }
}

fn free_name(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while taken(&name) {
        name = format!("{wanted} {number}");
        number += 1;
    }
    name
}

/// The newest PostgreSQL of the machine that can make clusters.
fn server_tools(tools: &[Toolset]) -> Result<&Toolset, Error> {
    tools
        .iter()
        .filter(|tool| tool.initdb.is_some() && tool.pg_ctl.is_some() && tool.postgres.is_some())
        .max_by_key(|tool| tool.major)
        .ok_or(Error::Refused(Refusal::NoServerPrograms))
}

/// The file that names the cluster's folder when that is not in the data directory.
fn pointer(context: &Context) -> PathBuf {
    context.home.root().join("demo.path")
}

/// The folder of the cluster that was made before, or would be.
fn place(context: &Context) -> PathBuf {
    match std::fs::read_to_string(pointer(context)) {
        Ok(path) => PathBuf::from(path),
        Err(_) => context.home.demo(),
    }
}

/// The cluster that was made before, if any.
async fn existing(context: &Arc<Context>) -> Result<Option<Cluster>, Error> {
    let folder = place(context);
    if !folder.exists() {
        return Ok(None);
    }
    let tools = context.tools().await;
    // The programs that made a cluster are those of its major version.
    let major = std::fs::read_to_string(folder.join("data").join("PG_VERSION")).unwrap_or_default();
    let tool = tools.iter().find(|tool| tool.initdb.is_some() && tool.major.to_string() == major.trim());
    let Some(tool) = tool else { return Ok(None) };
    Ok(Cluster::open(tool, &folder, ClusterUser::suited(), Durability::Throwaway)?)
}

/// Opens the cluster that was made before, or makes one.
async fn make(context: &Arc<Context>) -> Result<Cluster, Error> {
    if let Some(cluster) = existing(context).await? {
        return Ok(cluster);
    }
    let tools = context.tools().await;
    let tool = server_tools(&tools)?;
    let account = ClusterUser::suited();
    let folder = match &account {
        ClusterUser::Account(account) if user::barrier(&context.home.demo(), account).is_some() => {
            elsewhere(context)?
        }
        _ => context.home.demo(),
    };
    if folder.exists() {
        // Left by a creation that was cut short: `existing` found no whole cluster in it.
        std::fs::remove_dir_all(&folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
    }
    Ok(Cluster::create(tool, &folder, account, Durability::Throwaway).await?)
}

/// Root's data directory lets no other account pass, and PostgreSQL refuses to run as root: then the cluster
/// lies in a folder of a name that nobody can foresee, which is written down.
fn elsewhere(context: &Context) -> Result<PathBuf, Error> {
    let folder = std::env::temp_dir().join(format!("holdfast-demo-{}", uuid::Uuid::new_v4().simple()));
    let path = pointer(context);
    let failed = |source| Error::Io { path: path.clone(), source };
    let _ = std::fs::remove_file(&path);
    let mut file = create_private_file(&path).map_err(failed)?;
    file.write_all(folder.to_string_lossy().as_bytes()).map_err(failed)?;
    Ok(folder)
}

/// Starts the demo's cluster when `server` is the demo's.
pub(crate) async fn wake(context: &Arc<Context>, server: &Server) -> Result<(), Error> {
    if !server.connection.host.starts_with('/') {
        return Ok(());
    }
    let mut running = context.demo.lock().await;
    if running.is_none() {
        *running = existing(context).await?;
    }
    match running.as_mut() {
        Some(cluster) if cluster.connection().host == server.connection.host => {
            Ok(cluster.start(Lifetime::WithProcess).await?)
        }
        _ => Ok(()),
    }
}

/// Stops the demo's cluster if this process started it.
pub(super) async fn stop(context: &Arc<Context>) {
    if let Some(mut cluster) = context.demo.lock().await.take()
        && let Err(error) = cluster.stop().await
    {
        tracing::warn!("the demo's PostgreSQL could not be stopped: {error}");
    }
}
