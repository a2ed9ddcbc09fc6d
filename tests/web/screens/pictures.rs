//! Pictures of every page, for people to look at: `scripts/screens FOLDER` makes them, nothing else does.

use std::path::Path;

use super::{ROLES, Scene, axe::browser};

/// Width, height, the most of a page's height that is shown, and the picture's scale.
const SIZES: [(u32, u32, u32, f32); 2] = [(360, 780, 1800, 1.0), (1280, 900, 1500, 0.6)];
/// WebP's quality: letters stay sharp.
const QUALITY: u32 = 45;

#[test]
fn every_page_can_be_looked_at() {
    let Ok(folder) = std::env::var("CRENEAU_SCREENS") else { return };
    let only = std::env::var("CRENEAU_SCREEN").unwrap_or_default();
    let scene = Scene::open();
    for role in ROLES {
        let browser = browser(&scene, role);
        for screen in super::of(role).filter(|screen| screen.name.contains(&only)) {
            for (width, height, most, scale) in SIZES {
                for is_dark in [false, true] {
                    browser.open(&scene.service.url(&screen.path(&scene)));
                    browser.look(width, height, is_dark, true);
                    // What is fixed to the window's edge then stands at the picture's.
                    let whole = browser.script("return document.documentElement.scrollHeight").as_u64().unwrap_or(0);
                    let whole = u32::try_from(whole).unwrap_or(most).clamp(height, most);
                    browser.look(width, whole, is_dark, true);
                    let look = if is_dark { "dark" } else { "light" };
                    let file = Path::new(&folder).join(format!("{}-{width}-{look}.webp", screen.name));
                    std::fs::write(file, browser.picture(width, whole, scale, QUALITY))
                        .expect("the folder can be written");
                }
            }
        }
    }
}
