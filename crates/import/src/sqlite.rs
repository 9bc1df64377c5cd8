//! The SQLite database of an MLflow server, read as the answers that the server would give: one record a line, each under the key of
//! the answer that holds one (`{"run": {…}}`), so that the line of a fact shows its row.
//!
//! The bytes are handed to SQLite as they came through the door, read-only: it opens no file, and finds no journal beside it. A
//! database is input like any other: only tables are read (a view or virtual table could do anything), by statements of our own,
//! with the schema not trusted. What the lists of the server leave out is left out here: what was deleted.

use std::fmt::Write as _;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// How a database begins (<https://www.sqlite.org/fileformat.html>, section 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The tables without which it is no database of MLflow.
const TABLES: [&str; 4] = ["registered_models", "model_versions", "experiments", "runs"];

/// The rows of a database of MLflow as JSON Lines; nothing where the bytes are no such database.
///
/// # Errors
/// What is wrong with it, in plain words; also where its rows are more text than `limit` bytes.
pub(crate) fn lines(raw: &[u8], limit: u64) -> Option<Result<Vec<u8>, String>> {
    if !raw.starts_with(MAGIC) {
        return None;
    }
    match open(raw) {
        Ok(connection) if !TABLES.iter().all(|table| is_table(&connection, table)) => None,
        Ok(connection) => {
            let broken = |error| format!("it is a database of MLflow and cannot be read: {error}");
            Some(records(&connection, limit).map_err(|error| match error {
                Failure::Sqlite(error) => broken(error),
                Failure::TooLong => {
                    format!("its rows are more than the limit of {limit} bytes of text; export it through the server")
                }
            }))
        }
        // Bytes 18 and 19 say how it is written: 2 is a log beside the file.
        Err(_) if raw.get(18) == Some(&2) => {
            Some(Err("it is a SQLite database that keeps what is new in a log beside it: write that into it \
             (`PRAGMA journal_mode = DELETE`), or copy it with `sqlite3 mlflow.db '.backup copy.db'`"
                .to_owned()))
        }
        Err(_) => None,
    }
}

enum Failure {
    Sqlite(rusqlite::Error),
    TooLong,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

fn open(raw: &[u8]) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.deserialize_read_exact("main", raw, raw.len(), true)?;
    // What is no database says so here.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether there is a plain table of this name.
fn is_table(connection: &Connection, name: &str) -> bool {
    let found = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%'",
        [name],
        |row| row.get::<_, i64>(0),
    );
    found.is_ok_and(|count| count == 1)
}

fn has_column(connection: &Connection, table: &str, column: &str) -> bool {
    let found =
        connection.query_row("SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2", [table, column], |row| {
            row.get::<_, i64>(0)
        });
    found.is_ok_and(|count| count == 1)
}

/// `{key, value}` of the rows of a table that belong to a record; nothing where there is no such table. What comes out of a
/// statement within a statement is text to SQLite: `json` says what it is.
fn pairs(connection: &Connection, table: &str, (key, value): (&str, &str), condition: &str) -> String {
    if !is_table(connection, table) {
        return "json('[]')".to_owned();
    }
    format!(
        "json((SELECT json_group_array(json_object('key', x.{key}, 'value', {value})) FROM {table} x WHERE {condition}))"
    )
}

/// A number as JSON writes it without loss; SQLite's own way keeps 15 digits.
fn exact(column: &str) -> String {
    format!("CASE WHEN abs({column}) <= 1.7976931348623157e308 THEN json(printf('%!.17g', {column})) ELSE 'NaN' END")
}

fn records(connection: &Connection, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut text = String::new();
    for statement in statements(connection) {
        let mut statement = connection.prepare(&statement)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let record = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{record}");
            if text.len() as u64 > limit {
                return Err(Failure::TooLong);
            }
        }
    }
    Ok(text.into_bytes())
}

/// The statements whose rows are the records.
fn statements(connection: &Connection) -> Vec<String> {
    let workspace = |table: &str| has_column(connection, table, "workspace");
    let same = |table: &str| if workspace(table) { " AND x.workspace = r.workspace" } else { "" };
    let tags = |table: &str, of: &str, condition: &str| {
        pairs(connection, table, ("key", "x.value"), &format!("x.{of} = r.{of}{condition}"))
    };
    let mut statements = vec![format!(
        "SELECT json_object('experiment', json_object('experiment_id', CAST(r.experiment_id AS TEXT), 'name', r.name, \
         'artifact_location', r.artifact_location, 'lifecycle_stage', r.lifecycle_stage{}{}, 'tags', {})) \
         FROM experiments r WHERE r.lifecycle_stage = 'active' ORDER BY r.experiment_id",
        if has_column(connection, "experiments", "creation_time") {
            ", 'creation_time', r.creation_time, 'last_update_time', r.last_update_time"
        } else {
            ""
        },
        if workspace("experiments") { ", 'workspace', r.workspace" } else { "" },
        tags("experiment_tags", "experiment_id", ""),
    )];
    statements.push(registered_models(connection, same("registered_model_aliases"), &tags));
    let same_version = format!(" AND x.version = r.version{}", same("model_version_tags"));
    statements.push(format!(
        "SELECT json_object('model_version', json_object('name', r.name, 'version', CAST(r.version AS TEXT), \
         'creation_timestamp', r.creation_time, 'last_updated_timestamp', r.last_updated_time, 'user_id', r.user_id, \
         'current_stage', r.current_stage, 'description', r.description, 'source', r.source, 'run_id', r.run_id, \
         'status', r.status, 'status_message', r.status_message, 'run_link', r.run_link, 'tags', {}, 'aliases', {})) \
         FROM model_versions r WHERE r.current_stage <> 'Deleted_Internal' ORDER BY r.name, r.version",
        tags("model_version_tags", "name", &same_version),
        aliases_of_version(connection, same("registered_model_aliases")),
    ));
    statements.push(runs(connection));
    statements.extend(logged_models(connection));
    statements
}

fn registered_models(connection: &Connection, same_alias: &str, tags: &dyn Fn(&str, &str, &str) -> String) -> String {
    let aliases = if is_table(connection, "registered_model_aliases") {
        format!(
            "json((SELECT json_group_array(json_object('alias', x.alias, 'version', CAST(x.version AS TEXT))) \
             FROM registered_model_aliases x WHERE x.name = r.name{same_alias}))"
        )
    } else {
        "json('[]')".to_owned()
    };
    let same =
        if has_column(connection, "model_versions", "workspace") { " AND x.workspace = r.workspace" } else { "" };
    // The latest of each stage; the rest of a version stands on its own line.
    let latest = format!(
        "json((SELECT json_group_array(json_object('name', v.name, 'version', CAST(v.version AS TEXT))) FROM \
         (SELECT x.name, max(x.version) AS version FROM model_versions x WHERE x.name = r.name{same} \
         AND x.current_stage <> 'Deleted_Internal' GROUP BY x.current_stage) v))"
    );
    format!(
        "SELECT json_object('registered_model', json_object('name', r.name, 'creation_timestamp', r.creation_time, \
         'last_updated_timestamp', r.last_updated_time, 'description', r.description, 'latest_versions', {latest}, \
         'tags', {}, 'aliases', {aliases})) FROM registered_models r ORDER BY r.name",
        tags("registered_model_tags", "name", same),
    )
}

fn aliases_of_version(connection: &Connection, same: &str) -> String {
    if !is_table(connection, "registered_model_aliases") {
        return "json('[]')".to_owned();
    }
    format!(
        "json((SELECT json_group_array(x.alias) FROM registered_model_aliases x \
         WHERE x.name = r.name AND x.version = r.version{same}))"
    )
}

fn runs(connection: &Connection) -> String {
    let of_run = |table: &str, value: &str| pairs(connection, table, ("key", value), "x.run_uuid = r.run_uuid");
    let metric = format!("CASE WHEN x.is_nan THEN 'NaN' ELSE {} END", exact("x.value"));
    let inputs = if is_table(connection, "inputs") && is_table(connection, "datasets") {
        format!(
            "json((SELECT json_group_array(json_object('tags', {}, 'dataset', json_object('name', d.name, 'digest', d.digest, \
             'source_type', d.dataset_source_type, 'source', d.dataset_source, 'schema', d.dataset_schema, \
             'profile', d.dataset_profile))) FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id \
             WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = r.run_uuid))",
            pairs(connection, "input_tags", ("name", "x.value"), "x.input_uuid = i.input_uuid"),
        )
    } else {
        "json('[]')".to_owned()
    };
    let outputs = if is_table(connection, "inputs") {
        "json((SELECT json_group_array(json_object('model_id', o.destination_id)) FROM inputs o \
         WHERE o.source_type = 'RUN_OUTPUT' AND o.destination_type = 'MODEL_OUTPUT' AND o.source_id = r.run_uuid))"
    } else {
        "json('[]')"
    };
    let name = if has_column(connection, "runs", "name") { "r.name" } else { "NULL" };
    format!(
        "SELECT json_object('run', json_object('info', json_object('run_id', r.run_uuid, 'experiment_id', \
         CAST(r.experiment_id AS TEXT), 'run_name', {name}, 'user_id', r.user_id, 'status', r.status, \
         'start_time', r.start_time, 'end_time', r.end_time, 'artifact_uri', r.artifact_uri, \
         'lifecycle_stage', r.lifecycle_stage), 'data', json_object('metrics', {}, 'params', {}, 'tags', {}), \
         'inputs', json_object('dataset_inputs', {inputs}), 'outputs', json_object('model_outputs', {outputs}))) \
         FROM runs r WHERE r.lifecycle_stage = 'active' ORDER BY r.run_uuid",
        of_run("latest_metrics", &metric),
        of_run("params", "x.value"),
        of_run("tags", "x.value"),
    )
}

/// The logged models, which MLflow has since version 3.
fn logged_models(connection: &Connection) -> Option<String> {
    if !is_table(connection, "logged_models") {
        return None;
    }
    let of_model = |table: &str, names: (&str, &str)| pairs(connection, table, names, "x.model_id = r.model_id");
    Some(format!(
        "SELECT json_object('model', json_object('info', json_object('model_id', r.model_id, 'experiment_id', \
         CAST(r.experiment_id AS TEXT), 'name', r.name, 'creation_timestamp_ms', r.creation_timestamp_ms, \
         'last_updated_timestamp_ms', r.last_updated_timestamp_ms, 'artifact_uri', r.artifact_location, 'status', \
         CASE r.status WHEN 1 THEN 'LOGGED_MODEL_PENDING' WHEN 2 THEN 'LOGGED_MODEL_READY' \
         WHEN 3 THEN 'LOGGED_MODEL_UPLOAD_FAILED' ELSE 'LOGGED_MODEL_STATUS_UNSPECIFIED' END, 'status_message', \
         r.status_message, 'model_type', r.model_type, 'source_run_id', r.source_run_id, 'tags', {}), \
         'data', json_object('metrics', {}, 'params', {}))) FROM logged_models r \
         WHERE r.lifecycle_stage = 'active' ORDER BY r.model_id",
        of_model("logged_model_tags", ("tag_key", "x.tag_value")),
        of_model("logged_model_metrics", ("metric_name", &exact("x.metric_value"))),
        of_model("logged_model_params", ("param_key", "x.param_value")),
    ))
}
