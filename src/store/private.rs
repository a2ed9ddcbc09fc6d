//! The embedded database holds names and addresses: its files are for whoever runs the service, and for nobody else.

use std::{
    fs::{DirBuilder, OpenOptions, Permissions},
    io,
    path::Path,
};

/// Makes the folder and the file of a database where they are missing, and warns of wider ones that are there. SQLite gives
/// the files beside it the same permissions.
///
/// # Errors
/// those of the file system.
pub fn create(folder: &Path, file: &Path) -> io::Result<()> {
    let (mut folders, mut files) = (DirBuilder::new(), OpenOptions::new());
    folders.recursive(true);
    files.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folders.mode(0o700);
        files.mode(0o600);
    }
    folders.create(folder)?;
    let permissions = files.open(file)?.metadata()?.permissions();
    if is_wide(&permissions) && is_wide(&folder.metadata()?.permissions()) {
        tracing::warn!(
            folder = %folder.display(),
            "others on this machine may read the database: `chmod -R go= FOLDER` keeps them out"
        );
    }
    Ok(())
}

/// Whether others may do anything.
fn is_wide(permissions: &Permissions) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.mode() & 0o077 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = permissions;
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::store::Store;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn a_new_database_is_for_its_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new");
        let store = Store::embedded(&folder, 2).unwrap();
        store.migrate().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() > 1, "with what SQLite keeps beside it: {files:?}");
        for file in files {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        // One that is there stays as it is.
        fs::set_permissions(folder.join("creneau.db"), Permissions::from_mode(0o640)).unwrap();
        drop(store);
        Store::embedded(&folder, 1).unwrap();
        assert_eq!(mode(&folder.join("creneau.db")), 0o640);
    }
}
