//! Making many files durable at once.

use std::path::Path;

/// Makes all that is written to the file system of `folder` durable, and answers whether it is. Where it answers no,
/// the files must be made durable one by one: systems and file systems are many that report no error of a disk here, or
/// do not wait for it at all.
///
/// Linux reports such errors since 5.8 (syncfs(2)); ext4, XFS and Btrfs wait until the disk has it.
#[cfg(target_os = "linux")]
pub(crate) fn whole_file_system(folder: &Path) -> bool {
    use nix::sys::statfs::{BTRFS_SUPER_MAGIC, EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, fstatfs};
    let known = [EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC];
    let Ok(opened) = std::fs::File::open(folder) else { return false };
    nix::sys::utsname::uname().is_ok_and(|system| reports_errors(&system.release().to_string_lossy()))
        && fstatfs(&opened).is_ok_and(|found| known.contains(&found.filesystem_type()))
        && nix::unistd::syncfs(&opened).is_ok()
}

/// The same for systems that have no such call.
#[cfg(not(target_os = "linux"))]
pub(crate) fn whole_file_system(_folder: &Path) -> bool {
    false
}

/// Whether Linux of this release, such as `6.1.0-13-amd64`, reports errors of a whole file system.
#[cfg(target_os = "linux")]
fn reports_errors(release: &str) -> bool {
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 8)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn old_systems_are_asked_for_each_file() {
        for (release, expected) in [
            ("6.1.0-13-amd64", true),
            ("5.8.0", true),
            ("5.10", true),
            ("5.7.19", false),
            ("4.19.0-25", false),
            ("odd", false),
        ] {
            assert_eq!(reports_errors(release), expected, "{release}: a disk's error would stay unknown");
        }
    }

    #[test]
    fn file_systems_without_a_disk_of_their_own_are_asked_for_each_file() {
        assert!(!whole_file_system(Path::new("/proc")), "only those that wait for the disk are believed");
        assert!(!whole_file_system(Path::new("/nowhere")), "nor is what is not there");
    }
}
