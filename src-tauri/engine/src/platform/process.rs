//! Child processes in groups of their own, so that a program and everything it started end together.
//!
//! It does not read what they say: the pipes are the caller's.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// How a program is asked to end: on request, and when this process dies (Linux).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopSignal {
    /// SIGTERM: pg_dump cancels its queries and ends its workers.
    Terminate,
    /// SIGINT: postgres disconnects everybody and shuts down ("fast").
    Interrupt,
}

/// A running child with its whole process group. Dropping it kills the group.
#[derive(Debug)]
pub struct ProcessGroup {
    child: Child,
    group: system::Group,
    stop: StopSignal,
}

impl ProcessGroup {
    /// Starts the command in a process group of its own, to be ended by [`StopSignal::Terminate`]. On Linux the
    /// child also gets that signal when this process dies, even by `kill -9`; on Windows it is killed then.
    pub async fn spawn(command: Command) -> io::Result<Self> {
        Self::spawn_stopped_by(command, StopSignal::Terminate).await
    }

    /// The same with a chosen signal.
    pub async fn spawn_stopped_by(mut command: Command, stop: StopSignal) -> io::Result<Self> {
        command.kill_on_drop(true);
        let (child, group) = system::spawn(command, stop).await?;
        Ok(Self { child, group, stop })
    }

    /// The leader's process id; absent after it was reaped.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Takes the standard input, once.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Takes the standard output, once.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Takes the standard error, once.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits for the leader's end; what is left of its group is killed. Cancel-safe.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        // A leader that was killed leaves its workers behind.
        self.group.kill();
        self.group.forget();
        status
    }

    /// Asks the group to end, kills it after `grace`, and reaps the leader.
    pub async fn end(&mut self, grace: Duration) -> io::Result<ExitStatus> {
        self.group.ask(self.stop);
        if let Ok(status) = tokio::time::timeout(grace, self.wait()).await {
            return status;
        }
        self.group.kill();
        self.wait().await
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.group.kill();
    }
}

#[cfg(unix)]
mod system {
    use super::StopSignal;
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    use std::io;
    use tokio::process::{Child, Command};

    impl StopSignal {
        fn signal(self) -> Signal {
            match self {
                Self::Terminate => Signal::SIGTERM,
                Self::Interrupt => Signal::SIGINT,
            }
        }
    }

    /// The group's id, which is the leader's process id, until the group is known to be gone.
    #[derive(Debug)]
    pub struct Group(Option<Pid>);

    impl Group {
        pub fn ask(&self, stop: StopSignal) {
            self.send(stop.signal());
        }

        pub fn kill(&self) {
            self.send(Signal::SIGKILL);
        }

        pub fn forget(&mut self) {
            self.0 = None;
        }

        fn send(&self, signal: Signal) {
            if let Some(group) = self.0 {
                // ESRCH: the group is gone already, which is what was wanted.
                let _ = killpg(group, signal);
            }
        }
    }

    pub async fn spawn(mut command: Command, stop: StopSignal) -> io::Result<(Child, Group)> {
        command.process_group(0);
        let child = start(command, stop).await?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        Ok((child, Group(group)))
    }

    #[cfg(not(target_os = "linux"))]
    async fn start(mut command: Command, _stop: StopSignal) -> io::Result<Child> {
        command.spawn()
    }

    #[cfg(target_os = "linux")]
    use lasting::start;

    /// Starts children from one thread that lives as long as the process: the parent-death signal is sent
    /// when the *thread* that forked ends, and the runtime's threads come and go.
    #[cfg(target_os = "linux")]
    mod lasting {
        use super::StopSignal;
        use std::io;
        use std::sync::OnceLock;
        use std::sync::mpsc::{Sender, channel};
        use tokio::process::{Child, Command};
        use tokio::runtime::Handle;
        use tokio::sync::oneshot;

        struct Order {
            command: Command,
            runtime: Handle,
            answer: oneshot::Sender<io::Result<Child>>,
        }

        static SPAWNER: OnceLock<Sender<Order>> = OnceLock::new();

        pub async fn start(mut command: Command, stop: StopSignal) -> io::Result<Child> {
            die_with_parent(&mut command, stop);
            let (answer, child) = oneshot::channel();
            let order = Order { command, runtime: Handle::current(), answer };
            let gone = || io::Error::other("the thread that starts programs ended");
            spawner()?.send(order).map_err(|_| gone())?;
            child.await.map_err(|_| gone())?
        }

        fn spawner() -> io::Result<&'static Sender<Order>> {
            if let Some(spawner) = SPAWNER.get() {
                return Ok(spawner);
            }
            let (orders, queue) = channel::<Order>();
            std::thread::Builder::new().name("holdfast-spawn".into()).spawn(move || {
                for mut order in queue {
                    let _inside = order.runtime.enter();
                    let child = order.command.spawn();
                    // A caller that went away drops the child, which kills it.
                    let _ = order.answer.send(child);
                }
            })?;
            // Of two threads that race here one loses: its queue closes and the thread ends.
            Ok(SPAWNER.get_or_init(|| orders))
        }

        fn die_with_parent(command: &mut Command, stop: StopSignal) {
            let parent = nix::unistd::getpid();
            let signal = stop.signal();
            // SAFETY: between fork and exec only prctl and getppid are called, both async-signal-safe, and
            // nothing is allocated: an errno converts to io::Error without an allocation.
            unsafe {
                command.pre_exec(move || {
                    nix::sys::prctl::set_pdeathsig(signal)?;
                    if nix::unistd::getppid() != parent {
                        return Err(nix::errno::Errno::ESRCH.into());
                    }
                    Ok(())
                });
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use super::StopSignal;
    use std::io;
    use tokio::process::{Child, Command};
    use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
    use windows_sys::Win32::System::JobObjects::{
        AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
        JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
        TerminateJobObject,
    };
    use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

    /// A job object that kills its processes when its last handle closes, by this process's end too.
    #[derive(Debug)]
    pub struct Group(HANDLE);

    // SAFETY: a job object's handle may be used from any thread.
    unsafe impl Send for Group {}
    // SAFETY: as above; the calls made with it are thread-safe.
    unsafe impl Sync for Group {}

    impl Group {
        fn new() -> io::Result<Self> {
            // SAFETY: null attributes and name are allowed; the limits outlive the call and have the size stated.
            unsafe {
                let job = CreateJobObjectW(std::ptr::null(), std::ptr::null());
                if job.is_null() {
                    return Err(io::Error::last_os_error());
                }
                let group = Self(job);
                let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
                limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
                let size = u32::try_from(size_of_val(&limits)).expect("invariant: the limits are small");
                let set = SetInformationJobObject(
                    job,
                    JobObjectExtendedLimitInformation,
                    (&raw const limits).cast(),
                    size,
                );
                if set == 0 { Err(io::Error::last_os_error()) } else { Ok(group) }
            }
        }

        /// Windows has no signal that a program without a console would get.
        pub fn ask(&self, _stop: StopSignal) {
            self.kill();
        }

        pub fn kill(&self) {
            // SAFETY: the handle is open until drop.
            unsafe {
                TerminateJobObject(self.0, 1);
            }
        }

        pub fn forget(&mut self) {}
    }

    impl Drop for Group {
        fn drop(&mut self) {
            // SAFETY: the handle was opened by `new` and is closed once.
            unsafe {
                CloseHandle(self.0);
            }
        }
    }

    pub async fn spawn(mut command: Command, _stop: StopSignal) -> io::Result<(Child, Group)> {
        let group = Group::new()?;
        command.creation_flags(CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP);
        let child = command.spawn()?;
        if let Some(handle) = child.raw_handle() {
            // SAFETY: both handles are open.
            if unsafe { AssignProcessToJobObject(group.0, handle.cast()) } == 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok((child, group))
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::process::Stdio;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    #[tokio::test]
    async fn ending_a_group_ends_the_grandchildren_too() {
        let mut group = ProcessGroup::spawn(shell("sleep 600 & echo started; wait")).await.unwrap();
        let mut out = BufReader::new(group.take_stdout().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).await.unwrap();
        let status = group.end(Duration::from_secs(5)).await.unwrap();
        assert!(!status.success(), "a shell that was told to end must not look like a success");
        let mut rest = String::new();
        // The pipe reaches its end only when the last process that holds it is gone.
        tokio::time::timeout(Duration::from_secs(5), out.read_to_string(&mut rest))
            .await
            .expect("the grandchild must be gone, or it would go on dumping")
            .unwrap();
    }

    #[tokio::test]
    async fn a_group_that_ignores_the_request_is_killed() {
        let mut group = ProcessGroup::spawn(shell("trap '' TERM; echo started; while :; do sleep 1; done"))
            .await
            .unwrap();
        let mut out = BufReader::new(group.take_stdout().unwrap());
        out.read_line(&mut String::new()).await.unwrap();
        group.end(Duration::from_millis(100)).await.unwrap();
        assert_eq!(group.id(), None, "the leader must be reaped, or it stays as a zombie");
    }

    #[tokio::test]
    async fn dropping_a_group_kills_everything_in_it() {
        let mut group = ProcessGroup::spawn(shell("sleep 600 & echo started; wait")).await.unwrap();
        let mut out = BufReader::new(group.take_stdout().unwrap());
        out.read_line(&mut String::new()).await.unwrap();
        drop(group);
        let mut rest = String::new();
        tokio::time::timeout(Duration::from_secs(5), out.read_to_string(&mut rest))
            .await
            .expect("an error path that drops the group must leave nothing running")
            .unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_outlives_the_thread_that_asked_for_it() {
        let asked = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let mut group = runtime.block_on(ProcessGroup::spawn(shell("read x; echo alive"))).unwrap();
            (group.take_stdout(), group, runtime)
        });
        // The thread has ended here; a death signal bound to it would have come by now.
        let (_out, mut group, runtime) = asked.join().unwrap();
        runtime.block_on(async {
            let status = group.wait().await.unwrap();
            assert!(status.code().is_some(), "the child must not be killed by the end of a thread: {status}");
        });
    }

    /// Set in the process that the next test starts and kills.
    #[cfg(target_os = "linux")]
    const VICTIM: &str = "HOLDFAST_TEST_VICTIM";

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_dies_when_its_parent_is_killed() {
        use std::io::{BufRead, BufReader};
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        if std::env::var_os(VICTIM).is_some() {
            runtime.block_on(async {
                let mut command = Command::new("/bin/sh");
                command.arg("-c").arg("echo child=$$; exec sleep 600");
                let mut group = ProcessGroup::spawn(command).await.unwrap();
                let _ = group.wait().await;
            });
            return;
        }
        let mut parent = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "platform::process::tests::a_child_dies_when_its_parent_is_killed",
                "--exact",
                "--nocapture",
            ])
            .env(VICTIM, "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(parent.stdout.take().unwrap()).lines();
        let child: u32 = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("child=")?.1.trim().parse().ok())
            .unwrap();
        parent.kill().unwrap();
        parent.wait().unwrap();
        let deadline = std::time::Instant::now() + Duration::from_secs(5);
        let alive = || {
            std::fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
        };
        while alive() {
            assert!(
                std::time::Instant::now() < deadline,
                "a pg_dump that outlives Holdfast holds locks on every table of the database"
            );
            std::thread::yield_now();
        }
    }
}
