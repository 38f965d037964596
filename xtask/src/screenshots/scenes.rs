//! What the pictures are of: data directories in a state that users meet, and the pages that show it.

use super::company::{self, Company};
use super::home;
use super::pages::{self, Page};
use crate::{failure::Failure, place::Place};
use std::path::Path;

/// A state of the app.
#[derive(Clone, Copy)]
pub struct Scene {
    /// What the pictures' names begin with.
    pub name: &'static str,
    /// Makes the data directory anew: the present belongs to the pictures.
    pub home: fn(&Place, &Path) -> Result<(), Failure>,
    /// Begins what goes on beside the app.
    pub company: fn(&Place, &Path) -> Result<Company, Failure>,
    pub pages: &'static [Page],
}

/// All of them.
pub const SCENES: [Scene; 5] = [
    Scene { name: "window", home: home::busy_house, company: company::none, pages: &pages::ALL },
    Scene { name: "empty", home: home::empty, company: company::none, pages: &pages::EMPTY },
    Scene { name: "names", home: home::long_names, company: company::none, pages: &pages::NAMES },
    Scene { name: "errors", home: home::out_of_reach, company: company::none, pages: &pages::ERRORS },
    Scene { name: "busy", home: home::slow, company: company::slow, pages: &pages::BUSY },
];
