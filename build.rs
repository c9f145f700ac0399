//! Writes include/pgodbc.h from the exported functions, and tells the linker how a driver is to be linked.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=src/ffi");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=include/pgodbc.h");

    // An exported function that the library itself refers to would be looked up in the whole process, where the driver
    // manager has functions of the same names.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-Bsymbolic");
    // A manager may unload the driver while one of its threads is still on the way out.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");

    if let Err(problem) = header() {
        // The library is complete without its header.
        println!("cargo:warning=include/pgodbc.h was not written: {problem}");
    }
}

/// Generates the header in the build's own directory, and brings the committed one up to date if it can be written.
fn header() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let generated = Path::new(&env::var("OUT_DIR")?).join("pgodbc.h");
    // tests/structure.rs compares the two.
    println!("cargo:rustc-env=PGODBC_GENERATED_HEADER={}", generated.display());

    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut text = Vec::new();
    cbindgen::Builder::new().with_crate(&root).with_config(config).generate()?.write(&mut text);
    fs::write(&generated, &text)?;

    let committed = root.join("include/pgodbc.h");
    if fs::read(&committed).is_ok_and(|current| current == text) {
        return Ok(());
    }
    // A source tree that is read-only is built all the same.
    let _ = fs::create_dir_all(root.join("include")).and_then(|()| fs::write(&committed, &text));
    Ok(())
}
