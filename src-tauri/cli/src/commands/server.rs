//! `holdfast server`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{count, or_dash, plain, shell_word, time_or_none};
use crate::output::{tell, tell_error, tell_note};
use crate::table::{cut, fields, number, table, text};
use clap::{Args, Subcommand};
use holdfast_engine::postgres::connection::{parse_url, to_url};
use holdfast_types::{
    Connection, CreateServer, DeleteServer, ErrorCode, ListServers, Page, Password, PasswordChange,
    PasswordSource, Server, ServerTest, TestServer, UpdateServer,
};
use std::io::{BufRead, IsTerminal};

/// What can be done with servers.
#[derive(Debug, Subcommand)]
pub enum ServerCommand {
    /// Add a server
    Add(AddArgs),
    /// List the servers
    List,
    /// Show one server
    Show(NameArgs),
    /// Connect, and tell whether its databases could be backed up
    Test(NameArgs),
    /// Change a server
    Update(UpdateArgs),
    /// Remove a server that no job uses
    Remove(NameArgs),
}

/// A server that exists.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// The server's name
    name: String,
}

/// A new server.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// A name for the server
    name: String,
    /// postgresql://USER@HOST:PORT/DB?sslmode=… as psql takes it, without a password
    #[arg(long)]
    url: String,
    /// Read the password from standard input and store it in the keyring
    #[arg(long)]
    password_stdin: bool,
}

/// Changes of a server.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The server's name
    name: String,
    /// Its new name
    #[arg(long = "name", value_name = "NEW")]
    new_name: Option<String>,
    /// postgresql://USER@HOST:PORT/DB?sslmode=… as psql takes it, without a password
    #[arg(long)]
    url: Option<String>,
    /// Read a new password from standard input and store it in the keyring
    #[arg(long)]
    password_stdin: bool,
    /// Forget the stored password
    #[arg(long, conflicts_with = "password_stdin")]
    forget_password: bool,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: ServerCommand) -> Result<Exit, Failure> {
    match command {
        ServerCommand::Add(args) => add(app, args).await,
        ServerCommand::List => list(app).await,
        ServerCommand::Show(args) => {
            let server = app.engine().await?.server_by_name(&args.name).await?;
            app.output.answer(&server, shown)?;
            Ok(Exit::Done)
        }
        ServerCommand::Test(args) => test(app, args).await,
        ServerCommand::Update(args) => update(app, args).await,
        ServerCommand::Remove(args) => remove(app, args).await,
    }
}

async fn add(app: &App, args: AddArgs) -> Result<Exit, Failure> {
    let connection = connection(&args.url)?;
    let password = if args.password_stdin { Some(read_password()?) } else { None };
    let request = CreateServer { name: args.name, connection, password };
    let server = app.engine().await?.create_server(request).await?;
    app.output.answer(&server, shown)?;
    app.output.note(&format!("Added. Try it with: holdfast server test {}", shell_word(&server.name)));
    Ok(Exit::Done)
}

async fn list(app: &App) -> Result<Exit, Failure> {
    let servers = app.engine().await?.list_servers(ListServers {}).await?;
    app.output.answer(&servers, listed)?;
    Ok(Exit::Done)
}

async fn test(app: &App, args: NameArgs) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    let server = engine.server_by_name(&args.name).await?;
    let found = engine.test_server(TestServer { id: server.id }).await?;
    app.output.answer(&found, tested)?;
    if app.output == crate::output::Output::People {
        for problem in &found.problems {
            let tell = if found.ok { tell_note } else { tell_error };
            tell(&problem.message, Some(&problem.hint));
        }
    }
    Ok(if found.ok { Exit::Done } else { Exit::Failed })
}

async fn update(app: &App, args: UpdateArgs) -> Result<Exit, Failure> {
    let connection = args.url.as_deref().map(connection).transpose()?;
    let password = match (args.password_stdin, args.forget_password) {
        (true, _) => PasswordChange::Set(read_password()?),
        (false, true) => PasswordChange::Clear,
        (false, false) => PasswordChange::Keep,
    };
    let engine = app.engine().await?;
    let server = engine.server_by_name(&args.name).await?;
    let request = UpdateServer {
        id: server.id,
        name: args.new_name.unwrap_or(server.name),
        connection: connection.unwrap_or(server.connection),
        password,
    };
    let server = engine.update_server(request).await?;
    app.output.answer(&server, shown)?;
    Ok(Exit::Done)
}

async fn remove(app: &App, args: NameArgs) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    let server = engine.server_by_name(&args.name).await?;
    let deleted = engine.delete_server(DeleteServer { id: server.id }).await?;
    app.output.answer(&deleted, |deleted| format!("Removed server {}.", plain(&deleted.deleted)))?;
    Ok(Exit::Done)
}

/// Reads a URL. One with a password is refused: every user of the machine sees the arguments of every process.
fn connection(url: &str) -> Result<Connection, Failure> {
    let (connection, password) = parse_url(url).map_err(holdfast_engine::Error::from)?;
    match password {
        None => Ok(connection),
        Some(_) => Err(Failure::new(
            ErrorCode::InvalidInput,
            "The URL holds a password, which other users of this machine could read from the process list.",
            "Leave it out of the URL, change it if it matters, and give it with --password-stdin.",
        )),
    }
}

/// Reads the first line of standard input; on a terminal without showing it.
fn read_password() -> Result<Password, Failure> {
    let stdin = std::io::stdin();
    let read = if stdin.is_terminal() {
        tell("Password:");
        console::Term::stderr().read_secure_line()
    } else {
        let mut line = String::new();
        stdin.lock().read_line(&mut line).map(|_| line)
    };
    let line = read.map_err(|error| Failure::io("The password cannot be read", &error))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        let hint = "Write it on the first line of standard input, or leave --password-stdin out.";
        return Err(Failure::new(ErrorCode::InvalidInput, "No password was given on standard input.", hint));
    }
    Ok(Password(password.to_owned()))
}

fn shown(server: &Server) -> String {
    let password = match server.password {
        PasswordSource::None => "not stored; libpq's password file or the server's own rules decide",
        PasswordSource::Keyring => "in the keyring",
        PasswordSource::File => "in a file of the data directory that only its owner can read",
    };
    fields(&[
        ("Server", plain(&server.name)),
        ("URL", plain(&to_url(&server.connection))),
        ("Password", password.to_owned()),
        ("Version", server.server_version.clone().unwrap_or_default()),
        ("Last seen", time_or_none(server.last_seen_at.as_ref())),
        ("Jobs", server.job_count.to_string()),
    ])
}

fn listed(servers: &Page<Server>) -> String {
    if servers.items.is_empty() {
        return "No servers yet. Add one with: holdfast server add NAME --url postgresql://…".to_owned();
    }
    let rows: Vec<[String; 4]> = servers
        .items
        .iter()
        .map(|server| {
            [
                plain(&server.name),
                plain(&to_url(&server.connection)),
                or_dash(server.server_version.clone().unwrap_or_default()),
                server.job_count.to_string(),
            ]
        })
        .collect();
    table([cut("NAME", 28), cut("URL", 66), text("VERSION"), number("JOBS")], &rows)
}

fn tested(found: &ServerTest) -> String {
    let tool = match (&found.client_tool, &found.client_version) {
        (Some(tool), Some(version)) => format!("{} ({version})", plain(tool)),
        (Some(tool), None) => plain(tool),
        _ => String::new(),
    };
    let encrypted = found.encrypted.map(|encrypted| if encrypted { "yes" } else { "no" });
    let ready = if found.ok { "yes" } else { "no" };
    let databases = match found.databases.len() {
        0 => String::new(),
        number => {
            let names: Vec<String> = found.databases.iter().take(8).map(|db| plain(&db.name)).collect();
            let more = if number > names.len() { ", …" } else { "" };
            format!("{}: {}{more}", count(number as u64, "database"), names.join(", "))
        }
    };
    fields(&[
        ("Ready", ready.to_owned()),
        ("Server", found.server_version.clone().unwrap_or_default()),
        ("pg_dump", tool),
        ("Role", found.role.as_deref().map(plain).unwrap_or_default()),
        ("Rights", found.rights.clone().unwrap_or_default()),
        ("Encrypted", encrypted.unwrap_or_default().to_owned()),
        ("Holds", databases),
    ])
}
