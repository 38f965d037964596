//! PostgreSQL's client programs on this machine: finding them, choosing one, knowing what it can compress.

use super::PostgresError;
use crate::platform::folders;
use crate::platform::process::ProcessGroup;
use holdfast_types::Compression;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// Debian's wrapper, which stands in for whatever version it chooses itself; the real programs are found beside it.
const WRAPPER: &str = "pg_wrapper";

/// One installation of the client programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolset {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// Major version, for example 15.
    pub major: u32,
    /// Version, for example `15.18`.
    pub version: String,
    /// pg_dump.
    pub pg_dump: PathBuf,
    /// pg_restore, when installed.
    pub pg_restore: Option<PathBuf>,
    /// pg_dumpall, when installed.
    pub pg_dumpall: Option<PathBuf>,
    /// psql, when installed.
    pub psql: Option<PathBuf>,
    /// initdb, when the server's programs are installed too.
    pub initdb: Option<PathBuf>,
    /// pg_ctl, likewise.
    pub pg_ctl: Option<PathBuf>,
    /// postgres, likewise.
    pub postgres: Option<PathBuf>,
}

/// What a pg_dump can compress with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompressionSupport {
    /// gzip.
    pub gzip: bool,
    /// lz4.
    pub lz4: bool,
    /// zstd.
    pub zstd: bool,
}

/// How the files of an archive are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// lz4.
    Lz4,
    /// zstd.
    Zstd,
}

impl Codec {
    /// The word that manifests and notes use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// A decided compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompressionPlan {
    /// pg_dump's arguments.
    pub arguments: Vec<String>,
    /// What the files will be.
    pub codec: Codec,
    /// The codec's level; absent where it has none.
    pub level: Option<u32>,
}

/// The first major version whose pg_dump knows anything but gzip.
pub const NAMED_COMPRESSION_SINCE: u32 = 16;

/// zstd's level when the choice is ours: as small as gzip's default at a fraction of the time.
const ZSTD_LEVEL: u32 = 3;

/// gzip's likewise: what pg_dump takes by itself, named so that the manifest can say it.
const GZIP_LEVEL: u32 = 6;

/// All installations on this machine, newest first. Runs each `pg_dump --version` once.
pub async fn discover() -> Vec<Toolset> {
    discover_in(&folders::tool_folders()).await
}

/// The installations in these folders, newest first; of links to one program the first counts.
pub async fn discover_in(folders: &[PathBuf]) -> Vec<Toolset> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for folder in folders {
        let Ok(real) = folder.join(folders::executable("pg_dump")).canonicalize() else { continue };
        if real.file_name().is_some_and(|name| name == WRAPPER) || !seen.insert(real.clone()) {
            continue;
        }
        if let Some(tools) = look_at(folder, &real).await {
            found.push(tools);
        }
    }
    // Stable: of equal versions the one whose folder came first stays first.
    found.sort_by_key(|tools| std::cmp::Reverse((tools.major, minor_of(&tools.version))));
    found
}

/// The installation to which this pg_dump belongs; its companions may stand beside the link or the real file.
async fn look_at(folder: &Path, pg_dump: &Path) -> Option<Toolset> {
    let (status, words, _) = ask(pg_dump, &["--version"]).await.ok()?;
    let (major, version) = status.then(|| version_of(&words)).flatten()?;
    let home = pg_dump.parent().unwrap_or(folder);
    let beside = |program: &str| {
        let name = folders::executable(program);
        [home, folder].iter().map(|place| place.join(&name)).find(|path| path.is_file())
    };
    Some(Toolset {
        folder: home.to_path_buf(),
        major,
        version,
        pg_dump: pg_dump.to_path_buf(),
        pg_restore: beside("pg_restore"),
        pg_dumpall: beside("pg_dumpall"),
        psql: beside("psql"),
        initdb: beside("initdb"),
        pg_ctl: beside("pg_ctl"),
        postgres: beside("postgres"),
    })
}

/// `pg_dump (PostgreSQL) 15.18 (Debian …)` as 15 and `15.18`.
fn version_of(words: &str) -> Option<(u32, String)> {
    let (_, rest) = words.split_once("(PostgreSQL) ")?;
    let version = rest.split_whitespace().next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, version.to_owned()))
}

fn minor_of(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default()
}

/// The installation with the lowest major version that is not below the server's.
pub fn choose(tools: &[Toolset], server_major: u32) -> Result<&Toolset, PostgresError> {
    // The first of equals: the newest minor version, in the folder that was looked at first.
    tools
        .iter()
        .rev()
        .fold(None, |best: Option<&Toolset>, tools| match best {
            _ if tools.major < server_major => best,
            Some(best) if best.major < tools.major => Some(best),
            _ => Some(tools),
        })
        .ok_or_else(|| PostgresError::NoClientTool {
            server_major,
            found: tools.iter().map(|tools| tools.version.clone()).collect(),
        })
}

/// Asks pg_dump what it was built with.
pub async fn compression_support(tools: &Toolset) -> Result<CompressionSupport, PostgresError> {
    Ok(CompressionSupport {
        gzip: can_compress(tools, "gzip").await?,
        lz4: can_compress(tools, "lz4").await?,
        zstd: can_compress(tools, "zstd").await?,
    })
}

/// pg_dump refuses a method that it was built without before it connects anywhere; what it is told to connect
/// to does not exist.
async fn can_compress(tools: &Toolset, method: &str) -> Result<bool, PostgresError> {
    if tools.major < NAMED_COMPRESSION_SINCE {
        // Every build of these has zlib, in practice and in all distributions.
        return Ok(method == "gzip");
    }
    let compress = format!("--compress={method}");
    let nowhere = std::env::temp_dir().join("holdfast-no-such-socket");
    let host = format!("--host={}", nowhere.display());
    let arguments = [compress.as_str(), "--format=custom", &host, "--no-password", "--dbname=none"];
    let (_, _, complaint) =
        ask(&tools.pg_dump, &arguments).await.map_err(|error| PostgresError::ToolUnusable {
            program: tools.pg_dump.display().to_string(),
            detail: error.to_string(),
        })?;
    Ok(!complaint.contains("compression"))
}

/// Whether a program ended well, and what it said on both pipes.
async fn ask(program: &Path, arguments: &[&str]) -> std::io::Result<(bool, String, String)> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let answer = async {
        let mut group = ProcessGroup::spawn(command).await?;
        let mut out = group.take_stdout().expect("invariant: standard output is piped");
        let mut err = group.take_stderr().expect("invariant: standard error is piped");
        let (mut said, mut complained) = (Vec::new(), Vec::new());
        tokio::try_join!(out.read_to_end(&mut said), err.read_to_end(&mut complained))?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok((group.wait().await?.success(), text(said), text(complained)))
    };
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

/// Decides how an archive is compressed.
pub fn plan_compression(
    wanted: &Compression,
    support: CompressionSupport,
    tools: &Toolset,
) -> Result<CompressionPlan, PostgresError> {
    let named = tools.major >= NAMED_COMPRESSION_SINCE;
    let plan = |argument: String, codec, level| {
        Ok(CompressionPlan { arguments: vec![format!("--compress={argument}")], codec, level })
    };
    let zstd = |level: u32| plan(format!("zstd:{level}"), Codec::Zstd, Some(level));
    let gzip = |level: u32| {
        let argument = if named { format!("gzip:{level}") } else { level.to_string() };
        plan(argument, Codec::Gzip, Some(level))
    };
    let unsupported = |wanted: String, since_major| {
        Err(PostgresError::CompressionUnsupported { wanted, version: tools.version.clone(), since_major })
    };
    match *wanted {
        Compression::Auto if support.zstd => zstd(ZSTD_LEVEL),
        Compression::Auto if support.gzip => gzip(GZIP_LEVEL),
        Compression::Auto | Compression::None => plan("0".into(), Codec::None, None),
        Compression::Zstd(level) if support.zstd => zstd(level),
        Compression::Zstd(level) => unsupported(format!("zstd:{level}"), NAMED_COMPRESSION_SINCE),
        Compression::Gzip(level) if !support.gzip => unsupported(format!("gzip:{level}"), 10),
        Compression::Gzip(level) => gzip(level),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tools(version: &str) -> Toolset {
        Toolset {
            folder: PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")),
            major: version.split('.').next().unwrap().parse().unwrap(),
            version: version.into(),
            pg_dump: "pg_dump".into(),
            pg_restore: None,
            pg_dumpall: None,
            psql: None,
            initdb: None,
            pg_ctl: None,
            postgres: None,
        }
    }

    const ALL: CompressionSupport = CompressionSupport { gzip: true, lz4: true, zstd: true };
    const GZIP: CompressionSupport = CompressionSupport { gzip: true, lz4: false, zstd: false };

    #[test]
    fn the_lowest_version_that_is_new_enough_is_chosen() {
        let found = [tools("18.4"), tools("16.14"), tools("16.2"), tools("15.18")];
        let chosen = |server| choose(&found, server).map(|tools| tools.version.as_str());
        assert_eq!(chosen(15), Ok("15.18"), "an archive must be readable by the server's own programs");
        assert_eq!(chosen(16), Ok("16.14"), "of one major version the newest");
        assert_eq!(chosen(17), Ok("18.4"), "a newer program can dump an older server");
        assert_eq!(
            chosen(19),
            Err(PostgresError::NoClientTool {
                server_major: 19,
                found: ["18.4", "16.14", "16.2", "15.18"].map(String::from).to_vec()
            }),
            "an older program must never be tried: the error names what is there"
        );
    }

    #[test]
    fn versions_are_read_from_what_the_programs_say() {
        assert_eq!(
            version_of("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some((15, "15.18".into())),
            "the distribution's part is no version"
        );
        assert_eq!(version_of("pg_dump (PostgreSQL) 19beta2"), Some((19, "19beta2".into())), "betas count");
        assert_eq!(version_of("something else"), None, "another program of that name is not taken");
    }

    #[test]
    fn compression_is_what_was_asked_for_or_an_error() {
        let plan = |wanted, support, version| plan_compression(&wanted, support, &tools(version));
        let arguments = |wanted, support, version| plan(wanted, support, version).unwrap().arguments;
        assert_eq!(arguments(Compression::Auto, ALL, "17.5"), ["--compress=zstd:3"], "the best there is");
        assert_eq!(plan(Compression::Auto, GZIP, "15.18").unwrap().codec, Codec::Gzip, "else gzip");
        let level = |wanted, support, version| plan(wanted, support, version).unwrap().level;
        assert_eq!(level(Compression::Auto, ALL, "17.5"), Some(3), "the level is kept for the manifest");
        assert_eq!(
            arguments(Compression::Auto, GZIP, "15.18"),
            ["--compress=6"],
            "a level that is told is passed"
        );
        assert_eq!(level(Compression::Auto, GZIP, "15.18"), Some(6), "a manifest must not leave it open");
        assert_eq!(level(Compression::None, ALL, "17.5"), None, "no codec has no level");
        assert_eq!(arguments(Compression::Gzip(4), GZIP, "15.18"), ["--compress=4"], "the old spelling");
        assert_eq!(arguments(Compression::Gzip(4), GZIP, "16.1"), ["--compress=gzip:4"], "the new spelling");
        assert_eq!(arguments(Compression::None, ALL, "17.5"), ["--compress=0"], "understood by all");
        assert_eq!(
            plan(Compression::Zstd(5), GZIP, "16.14").unwrap_err(),
            PostgresError::CompressionUnsupported {
                wanted: "zstd:5".into(),
                version: "16.14".into(),
                since_major: 16
            },
            "what was asked for must not silently become something else"
        );
    }

    #[tokio::test]
    async fn this_machines_programs_are_found_once_each_and_the_wrapper_is_not_one() {
        let found = discover().await;
        assert!(!found.is_empty(), "install PostgreSQL's client programs (Debian: postgresql-client)");
        let mut paths: Vec<_> = found.iter().map(|tools| &tools.pg_dump).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), found.len(), "a link must not show an installation twice");
        assert!(
            found.iter().all(|tools| !tools.pg_dump.ends_with(WRAPPER)),
            "the wrapper changes its version with the cluster that it is pointed at"
        );
        let support = compression_support(&found[0]).await.unwrap();
        assert!(support.gzip, "every build has gzip");
        assert!(found[0].major >= NAMED_COMPRESSION_SINCE || !support.zstd, "zstd came with 16");
    }
}
