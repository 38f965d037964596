//! Brings a machine to where everything builds and tests run. Does nothing, quickly, where all is there.

mod debian;
mod deny;
mod elsewhere;
mod majors;
mod node;
mod regression;
mod rust;

use crate::{failure::Failure, place::Place};

/// Installs what is missing, or fails with exactly what to install.
pub fn setup(place: &Place) -> Result<(), Failure> {
    rust::setup(place)?;
    system(place)?;
    node::setup(place)?;
    deny::setup(place)?;
    majors::setup(place)?;
    regression::setup(place)?;
    println!("setup: everything is there");
    Ok(())
}

/// Libraries and programs of the operating system.
fn system(place: &Place) -> Result<(), Failure> {
    if cfg!(target_os = "linux") && debian::is_here() {
        return debian::setup(place);
    }
    elsewhere::check()
}
