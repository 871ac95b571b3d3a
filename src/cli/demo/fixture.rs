//! The project of the incident, revision by revision. Tests use it as well.

/// A path from the repository's top level, and what the file holds.
pub type File = (&'static str, &'static str);

/// What the commit of one revision changes.
#[derive(Debug, Clone, Copy)]
pub struct Revision {
    pub id: &'static str,
    /// The migration, as it should have been.
    pub migration: File,
    /// Models that change with it.
    pub models: &'static [File],
    /// Paths that go away with it.
    pub removed: &'static [&'static str],
    /// The migration with the accidental drop of `journey_templates`, where autogenerate made one.
    pub accident: Option<File>,
}

macro_rules! file {
    ($folder:literal, $path:literal) => {
        ($path, include_str!(concat!("project/", $folder, "/", $path)))
    };
}

/// The project at 1ea01d592526. `JourneyTemplate` is not imported in `app/models/__init__.py`.
pub const BASE: &[File] = &[
    file!("base", "backend/alembic.ini"),
    file!("base", "backend/alembic/env.py"),
    file!("base", "backend/alembic/script.py.mako"),
    file!("base", "backend/alembic/versions/644e419d84b5_initial_migration.py"),
    file!("base", "backend/alembic/versions/9b984a6823ef_add_duplicate_detection.py"),
    file!("base", "backend/alembic/versions/1ea01d592526_add_journey_templates.py"),
    file!("base", "backend/app/__init__.py"),
    file!("base", "backend/app/database.py"),
    file!("base", "backend/app/models/__init__.py"),
    file!("base", "backend/app/models/audit_log.py"),
    file!("base", "backend/app/models/category.py"),
    file!("base", "backend/app/models/invite_code.py"),
    file!("base", "backend/app/models/journey_template.py"),
    file!("base", "backend/app/models/mileage_claim.py"),
    file!("base", "backend/app/models/receipt.py"),
    file!("base", "backend/app/models/user.py"),
];

/// `app/models/__init__.py` of [`BASE`] with `JourneyTemplate` registered.
pub const REGISTERED: File = file!("registered", "backend/app/models/__init__.py");

/// The revisions after [`BASE`], in order. From the second one on, `JourneyTemplate` is registered.
pub const REVISIONS: &[Revision] = &[
    Revision {
        id: "29672f48c359",
        migration: file!("29672f48c359", "backend/alembic/versions/29672f48c359_add_subscriptions.py"),
        models: &[file!("29672f48c359", "backend/app/models/user.py")],
        removed: &[],
        accident: Some(file!("accident", "backend/alembic/versions/29672f48c359_add_subscriptions.py")),
    },
    Revision {
        id: "bcc6094025fa",
        migration: file!("bcc6094025fa", "backend/alembic/versions/bcc6094025fa_add_processed_emails.py"),
        models: &[
            file!("bcc6094025fa", "backend/app/models/__init__.py"),
            file!("bcc6094025fa", "backend/app/models/processed_email.py"),
        ],
        removed: &[],
        accident: None,
    },
    Revision {
        id: "d17f77c24fbb",
        migration: file!("d17f77c24fbb", "backend/alembic/versions/d17f77c24fbb_drop_invite_codes_table.py"),
        models: &[file!("d17f77c24fbb", "backend/app/models/__init__.py")],
        removed: &["backend/app/models/invite_code.py"],
        accident: None,
    },
    Revision {
        id: "584f6de0598c",
        migration: file!("584f6de0598c", "backend/alembic/versions/584f6de0598c_add_clerk_user_id.py"),
        models: &[file!("584f6de0598c", "backend/app/models/user.py")],
        removed: &[],
        accident: None,
    },
    Revision {
        id: "c8a88100c2ca",
        migration: file!("c8a88100c2ca", "backend/alembic/versions/c8a88100c2ca_add_subscription_fields.py"),
        models: &[file!("c8a88100c2ca", "backend/app/models/user.py")],
        removed: &[],
        accident: Some(file!("accident", "backend/alembic/versions/c8a88100c2ca_add_subscription_fields.py")),
    },
    Revision {
        id: "01944f3c6224",
        migration: file!("01944f3c6224", "backend/alembic/versions/01944f3c6224_recreate_journey_templates.py"),
        models: &[],
        removed: &[],
        accident: None,
    },
];
