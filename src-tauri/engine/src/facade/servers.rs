//! Servers: add, change, remove, test.

use super::{Engine, near};
use crate::catalog::{jobs, server_databases, servers};
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::plain::{is_misleading, plain};
use crate::postgres::{self, ResolvedConnection, inspect};
use crate::secret::Sensitive;
use crate::vault::{self, Preference};
use holdfast_types::{
    CatalogScope, Connection, CreateServer, DeleteServer, Deleted, GetServer, ListServers, Page, Password,
    PasswordChange, PasswordSource, Problem, Server, ServerDatabase, ServerId, ServerTest, TestServer,
    TestServerDraft, UpdateServer,
};
use std::sync::Arc;

impl Engine {
    /// Lists the servers by name.
    pub async fn list_servers(&self, _request: ListServers) -> Result<Page<Server>, Error> {
        let items = self.context.read(servers::list).await?;
        Ok(Page { total: items.len() as u64, page: 1, limit: items.len().max(1) as u32, items })
    }

    /// Shows one server.
    pub async fn get_server(&self, request: GetServer) -> Result<Server, Error> {
        self.context.read(move |tx| servers::get(tx, request.id)).await
    }

    /// Finds a server by its name.
    pub async fn server_by_name(&self, name: &str) -> Result<Server, Error> {
        let all = self.context.read(servers::list).await?;
        match all.iter().find(|server| server.name == name) {
            Some(server) => Ok(server.clone()),
            None => Err(Error::NoSuchName {
                kind: "server",
                name: name.to_owned(),
                near: near(name, all.into_iter().map(|server| server.name)),
            }),
        }
    }

    /// Adds a server.
    pub async fn create_server(&self, request: CreateServer) -> Result<Server, Error> {
        let name = checked_name("The server's name", &request.name)?;
        check_connection(&request.connection)?;
        let now = self.context.now();
        let connection = request.connection;
        let id = self
            .change(CatalogScope::Servers, "server.create", move |tx| {
                let id = servers::insert(tx, &name, &connection, now)?;
                Ok((id, name, postgres::to_url(&connection)))
            })
            .await?;
        if let Some(password) = request.password
            && let Err(error) = self.keep_password(id, password).await
        {
            // A server without its password would fail in the night: all or nothing.
            self.context.write(CatalogScope::Servers, move |tx| servers::delete(tx, id)).await?;
            return Err(error);
        }
        self.get_server(GetServer { id }).await
    }

    /// Changes a server.
    pub async fn update_server(&self, request: UpdateServer) -> Result<Server, Error> {
        let name = checked_name("The server's name", &request.name)?;
        check_connection(&request.connection)?;
        let id = request.id;
        let before = self.get_server(GetServer { id }).await?;
        let connection = request.connection;
        self.change(CatalogScope::Servers, "server.update", move |tx| {
            servers::update(tx, id, &name, &connection)?;
            Ok(((), name, postgres::to_url(&connection)))
        })
        .await?;
        match request.password {
            PasswordChange::Keep => {}
            PasswordChange::Set(password) => {
                let source = self.keep_password(id, password).await?;
                if before.password != source {
                    vault::forget(&self.context.home, id, before.password).await?;
                }
            }
            PasswordChange::Clear => {
                vault::forget(&self.context.home, id, before.password).await?;
                self.context
                    .write(CatalogScope::Servers, move |tx| {
                        servers::record_password_source(tx, id, PasswordSource::None)
                    })
                    .await?;
            }
        }
        self.get_server(GetServer { id }).await
    }

    async fn keep_password(&self, id: ServerId, password: Password) -> Result<PasswordSource, Error> {
        let password = Sensitive::new(password.0);
        if password.expose().contains('\0') {
            return Err(Error::Invalid {
                field: "The password",
                problem: "holds a character that PostgreSQL does not accept".into(),
                accepts: "Any text without a NUL character.".into(),
            });
        }
        let store = self.context.read(|tx| crate::settings::text(tx, "password_store")).await?;
        let preference = if store == "file" { Preference::File } else { Preference::Auto };
        let source = vault::store(&self.context.home, id, &password, preference).await?;
        self.context
            .write(CatalogScope::Servers, move |tx| servers::record_password_source(tx, id, source))
            .await?;
        Ok(source)
    }

    /// Removes a server that no job uses, and its stored password.
    pub async fn delete_server(&self, request: DeleteServer) -> Result<Deleted, Error> {
        let id = request.id;
        let server = self.get_server(GetServer { id }).await?;
        let users: Vec<String> = self
            .context
            .read(jobs::list)
            .await?
            .into_iter()
            .filter(|stored| {
                let spec = &stored.job.spec;
                spec.server_id == id || spec.verification.drill_server == Some(id)
            })
            .map(|stored| stored.job.spec.name)
            .collect();
        if !users.is_empty() {
            return Err(Error::Refused(Refusal::ServerInUse(users)));
        }
        vault::forget(&self.context.home, id, server.password).await?;
        let name = server.name.clone();
        self.change(CatalogScope::Servers, "server.delete", move |tx| {
            servers::delete(tx, id)?;
            Ok(((), name, String::new()))
        })
        .await?;
        Ok(Deleted { deleted: server.name })
    }

    /// Connects to a stored server and tells what was found.
    pub async fn test_server(&self, request: TestServer) -> Result<ServerTest, Error> {
        let server = self.get_server(GetServer { id: request.id }).await?;
        let connection = match resolved(&self.context, &server).await {
            Ok(connection) => connection,
            Err(error) => return Ok(failed(&error)),
        };
        let test = test(&self.context, &connection).await;
        if let Some(version) = test.server_version.clone() {
            let now = self.context.now();
            let names: Vec<String> = test.databases.iter().map(|database| database.name.clone()).collect();
            self.context
                .write(CatalogScope::Servers, move |tx| {
                    servers::record_seen(tx, server.id, &version, now)?;
                    // A server that does not list them has some all the same.
                    if names.is_empty() { Ok(()) } else { server_databases::record(tx, server.id, &names) }
                })
                .await?;
        }
        Ok(test)
    }

    /// Connects with values that are not saved yet.
    pub async fn test_server_draft(&self, request: TestServerDraft) -> Result<ServerTest, Error> {
        let stored = match (request.password, request.id) {
            (Some(password), _) => Some(Sensitive::new(password.0)),
            (None, Some(id)) => {
                let server = self.get_server(GetServer { id }).await?;
                // A stored password goes to the stored host only: a draft must not carry it elsewhere.
                if server.connection.host == request.connection.host
                    && server.connection.port == request.connection.port
                {
                    vault::load(&self.context.home, id, server.password).await?
                } else {
                    None
                }
            }
            (None, None) => None,
        };
        let connection = match check_connection(&request.connection)
            .and_then(|()| Ok(postgres::resolve(&request.connection, stored)?))
        {
            Ok(connection) => connection,
            Err(error) => return Ok(failed(&error)),
        };
        Ok(test(&self.context, &connection).await)
    }
}

/// A name that people and file systems can live with.
pub(super) fn checked_name(field: &'static str, name: &str) -> Result<String, Error> {
    let name = name.trim();
    let accepts =
        "It accepts 1 to 100 characters, without control characters and marks of direction.".to_owned();
    if name.is_empty() {
        return Err(Error::Invalid { field, problem: "is empty".into(), accepts });
    }
    if name.chars().count() > 100 {
        return Err(Error::Invalid { field, problem: "is longer than 100 characters".into(), accepts });
    }
    if name.chars().any(is_misleading) {
        return Err(Error::Invalid { field, problem: "holds a character that is not seen".into(), accepts });
    }
    Ok(name.to_owned())
}

/// Checks what can be checked without a connection: a URL made of it must be readable again.
fn check_connection(connection: &Connection) -> Result<(), Error> {
    postgres::parse_url(&postgres::to_url(connection))?;
    Ok(())
}

/// The connection of a stored server, with its password.
pub(crate) async fn resolved(context: &Arc<Context>, server: &Server) -> Result<ResolvedConnection, Error> {
    super::demo::wake(context, server).await?;
    let password = vault::load(&context.home, server.id, server.password).await?;
    Ok(postgres::resolve(&server.connection, password)?)
}

fn failed(error: &Error) -> ServerTest {
    let words = error.to_api();
    ServerTest {
        ok: false,
        server_version: None,
        client_tool: None,
        client_version: None,
        role: None,
        rights: None,
        encrypted: None,
        databases: Vec::new(),
        problems: vec![Problem { message: words.message, hint: words.hint }],
    }
}

async fn test(context: &Arc<Context>, connection: &ResolvedConnection) -> ServerTest {
    let session = match postgres::connect(connection, None).await {
        Ok(session) => session,
        Err(error) => return failed(&Error::of_connection(error)),
    };
    let mut test = ServerTest {
        ok: true,
        server_version: Some(session.version().text.clone()),
        client_tool: None,
        client_version: None,
        role: None,
        rights: None,
        encrypted: Some(session.encrypted()),
        databases: Vec::new(),
        problems: Vec::new(),
    };
    let problem = |error: Error| {
        let words = error.to_api();
        Problem { message: words.message, hint: words.hint }
    };
    let tools = context.tools().await;
    match postgres::tools::choose(&tools, session.version().major) {
        Ok(tool) => {
            test.client_tool = Some(tool.pg_dump.display().to_string());
            test.client_version = Some(tool.version.clone());
        }
        Err(error) => {
            test.ok = false;
            test.problems.push(problem(error.into()));
        }
    }
    match inspect::role(&session).await {
        Ok(role) => {
            test.rights = Some(rights(&role).to_owned());
            test.role = Some(role.name);
        }
        Err(error) => test.problems.push(problem(error.into())),
    }
    match inspect::databases(&session).await {
        Ok(databases) => {
            test.databases = databases
                .into_iter()
                .map(|database| ServerDatabase { name: database.name, size_bytes: database.bytes })
                .collect();
        }
        Err(error) => test.problems.push(problem(error.into())),
    }
    for database in test.databases.iter().take(MOST_LOOKED_AT) {
        if let Some(found) = unreadable(connection, &database.name).await {
            test.problems.push(found);
        }
    }
    test
}

/// What a role may do, as far as backups are concerned. What it lacks in a database is told as a problem of that.
fn rights(role: &inspect::Role) -> &'static str {
    match (role.superuser, role.reads_all, role.bypasses_row_security) {
        (true, ..) => "superuser: reads everything",
        (false, true, true) => "reads all tables, row security does not apply to it",
        (false, true, false) => "reads all tables; those with row security as far as their policies let it",
        (false, false, true) => "reads what it was granted, row security does not apply to it",
        (false, false, false) => "reads what it was granted",
    }
}

/// Databases whose rights a test looks at; each takes a connection.
const MOST_LOOKED_AT: usize = 16;

/// What the role may not read in a database, so that a backup of it would be refused. The server is none the worse
/// for it, and a job may not want that database: it is told beside the test. One that the role cannot enter is
/// left to whoever adds it to a job.
async fn unreadable(connection: &ResolvedConnection, database: &str) -> Option<Problem> {
    let session = postgres::connect(connection, Some(database)).await.ok()?;
    let problems =
        postgres::access::access_problems(&session).await.ok().filter(|found| !found.is_empty())?;
    let words = Error::Unreadable { problems, role: session.role().to_owned() }.to_api();
    let message = format!("A backup of {} would be refused: {}", plain(database), words.message);
    Some(Problem { message, hint: words.hint })
}
