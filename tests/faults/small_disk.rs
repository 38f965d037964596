//! Small disks in memory, which fill up for real.

use std::path::Path;
use std::process::Command;

/// A file system of this test's own. It is unmounted when this is dropped.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// One with room for so many KiB.
    pub fn of_kib(size: u64) -> Self {
        Self::mount(&format!("size={size}k"))
    }

    /// One that cannot be written.
    pub fn read_only() -> Self {
        Self::mount("ro,size=1m")
    }

    fn mount(options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let uid = nix::unistd::geteuid();
        let options = format!("{options},mode=0700,uid={uid}");
        let mounted =
            as_root("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        let mounted = mounted.expect("mount is there");
        assert!(
            mounted.status.success(),
            "a small disk takes the right to mount: run the tests as root or with sudo that asks for no password; \
             in a container, with the capability SYS_ADMIN: {}",
            String::from_utf8_lossy(&mounted.stderr)
        );
        Self { folder }
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes it this big.
    pub fn resize(&self, kib: u64) {
        assert!(self.try_resize(kib).success(), "the small disk can be resized");
    }

    /// Leaves as good as no room on it, also while somebody goes on writing to it.
    pub fn leave_no_room(&self) {
        let full = (0..100).any(|_| self.try_resize(self.used_kib() + 512).success());
        assert!(full, "the small disk can be made as small as what is on it");
    }

    fn try_resize(&self, kib: u64) -> std::process::ExitStatus {
        let options = format!("remount,size={kib}k");
        let mut mount = as_root("mount");
        mount.args(["-o", &options]).arg(self.path()).stderr(std::process::Stdio::null()).status().unwrap()
    }

    /// KiB in use.
    pub fn used_kib(&self) -> u64 {
        let found = nix::sys::statvfs::statvfs(self.path()).unwrap();
        (found.blocks() - found.blocks_free()) * found.fragment_size() / 1024
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = as_root("umount").arg("-l").arg(self.path()).status();
    }
}

fn as_root(program: &str) -> Command {
    if nix::unistd::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}
