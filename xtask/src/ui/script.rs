//! The dashboard's WebAssembly, its JavaScript, and the script that starts it.

use std::{fs, path::Path};

use wasm_bindgen_cli_support::Bindgen;

use super::{Profile, Site, files};
use crate::failure::Failure;

/// Adds the compiled dashboard to the site and returns the name of the script that starts it. It is a file of
/// its own because the content security policy allows no script in the page.
pub fn add(site: &mut Site, wasm: &Path, profile: Profile) -> Result<String, Failure> {
    // Beside the input, hence on the same disk and below the target folder.
    let staging = wasm.with_extension("bindings");
    if staging.exists() {
        fs::remove_dir_all(&staging).map_err(Failure::file(&staging))?;
    }
    bind(wasm, &staging, profile)?;

    let mut made = files::read_all(&staging)?;
    let glue = take(&mut made, "app.js")?;
    let module = take(&mut made, "app_bg.wasm")?;
    // What is left are snippets, which the glue imports by relative path and which carry a hash already.
    site.extend(made);

    let glue_name = files::hashed("app", "js", &glue);
    let module_name = files::hashed("app", "wasm", &module);
    // The module is the largest by far: it is on its way before the glue that it needs.
    let boot = format!(
        "const module = fetch(\"/{module_name}\");\nconst {{ default: start }} = await import(\"./{glue_name}\");\n\n\
         await start({{ module_or_path: module }});\n"
    );
    let boot_name = files::hashed("boot", "js", boot.as_bytes());
    site.insert(glue_name, glue);
    site.insert(module_name, module);
    site.insert(boot_name.clone(), boot.into_bytes());
    Ok(boot_name)
}

fn bind(wasm: &Path, staging: &Path, profile: Profile) -> Result<(), Failure> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("app").typescript(false).omit_default_module_path(true);
    if profile == Profile::Wasm {
        bindgen.remove_name_section(true).remove_producers_section(true);
    }
    let result = bindgen.web(true).and_then(|bindgen| bindgen.generate(staging));
    result.map_err(|error| Failure::Bindings(format!("{error:#}")))
}

fn take(made: &mut Site, name: &str) -> Result<Vec<u8>, Failure> {
    made.remove(name).ok_or_else(|| Failure::Bindings(format!("it made no {name}")))
}
