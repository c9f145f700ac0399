//! The driver as an application meets it: through a driver manager, on a real server.
//!
//! `make test` runs these under unixODBC, under iODBC and with the driver loaded directly, on several versions of
//! PostgreSQL. By hand: `tests/tools/with-server 15 -- cargo test --test driver`; `PGODBC_TEST_MANAGER` is `unixodbc` (the
//! default), `iodbc` or `direct`. What is under `direct` is run with the latter only.
//!
//! Nothing here names the crate: its own SQL* functions would answer instead of the manager's.

// The tests are the C application: they call through function pointers and hand out addresses of their buffers.
#![allow(unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod array_changes;
mod array_inserts;
mod array_results;
mod array_statuses;
mod array_walk;
mod arrays;
mod asynchronous;
mod asynchronous_calls;
mod asynchronous_home;
mod asynchronous_others;
mod attributes;
mod batches;
mod browse;
mod cancel;
mod cancel_need_data;
mod catalog;
mod catalog_base;
mod catalog_columns;
mod catalog_indexes;
mod catalog_keys;
mod catalog_misuse;
mod catalog_options;
mod catalog_privileges;
mod catalog_procedures;
mod catalog_standard;
mod catalog_zoo;
mod charsets;
mod common;
mod compatibility;
mod connect;
mod conversions;
mod copy;
mod cursor_names;
mod data_at_execution;
mod deferred_constraints;
mod describe_parameters;
mod descriptor_fields;
mod descriptors;
mod diagnostics;
mod execute;
mod fetch;
mod fetch_scroll;
mod flights;
mod getdata;
mod identity;
mod info;
mod info_claims;
mod info_connection;
mod info_definitions;
mod info_values;
mod interleave;
mod keyset;
mod keyword_effects;
mod large_objects;
mod large_values;
mod login;
mod login_policy;
mod moment_texts;
mod notifications;
mod oauth;
mod odbc;
mod other_types;
mod parameters;
mod pooler;
mod positioned_statements;
mod precisions;
mod procedures;
mod psqlodbc_peer;
mod races;
mod reset;
mod round_trips;
mod row_versions;
mod scalar_functions;
mod scroll;
mod server_gone;
mod sql_text;
mod statement_cache;
mod states;
mod streaming;
mod tls_wire;
mod tracing;
mod transaction_limits;
mod transaction_modes;
mod transactions;
mod type_keywords;
mod updatable;

/// Needs the driver without a manager that answers before it, or is long and no manager has a part in it: run with
/// `PGODBC_TEST_MANAGER=direct`.
mod direct {
    mod availability;
    mod cancel_handle;
    mod capture;
    mod driver_types;
    mod expected_values;
    mod gss_encryption;
    mod handles;
    mod hostile_strings;
    mod kerberos;
    mod misuse;
    mod silent_server;
    mod streamed_outputs;
    mod temporary_files;
    mod tls;
}
