//! Pictures of every page, for people to look at: `scripts/screens FOLDER` makes them, nothing else does.

use std::path::Path;

use super::{ROLES, Scene, axe::browser};

/// Widths, and the most of a page's height that is shown.
const WIDTHS: [(u32, u32, u32); 2] = [(360, 780, 2400), (1280, 900, 1800)];
/// WebP's quality: letters stay sharp.
const QUALITY: u32 = 60;

#[test]
fn every_page_can_be_looked_at() {
    let Ok(folder) = std::env::var("CRENEAU_SCREENS") else { return };
    let only = std::env::var("CRENEAU_SCREEN").unwrap_or_default();
    let scene = Scene::open();
    for role in ROLES {
        let browser = browser(&scene, role);
        for screen in super::of(role).filter(|screen| screen.name.contains(&only)) {
            for (width, height, most) in WIDTHS {
                for is_dark in [false, true] {
                    browser.look(width, height, is_dark, true);
                    browser.open(&scene.service.url(&screen.path(&scene)));
                    let look = if is_dark { "dark" } else { "light" };
                    let file = Path::new(&folder).join(format!("{}-{width}-{look}.webp", screen.name));
                    std::fs::write(file, browser.picture(width, most, QUALITY)).expect("the folder can be written");
                }
            }
        }
    }
}
