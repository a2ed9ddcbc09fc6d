//! Pages as a person sees them: Debian's Chromium, driven through chromedriver.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities};
use tokio::runtime::Runtime;

use super::process::{Process, wait_until};
use super::python::ROOT;

const PATIENCE: Duration = Duration::from_secs(20);
/// Chromium asks for hosts of its maker's otherwise, and as root it has no sandbox.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// A browser with one empty window; closed when dropped.
pub struct Browser {
    driver: Option<WebDriver>,
    runtime: Runtime,
    _chromedriver: Process,
    /// Its profile, and chromedriver's output. Removed last.
    _folder: TempDir,
}

impl Browser {
    /// A browser that prefers French, with a page of this size in CSS pixels.
    pub fn start(width: u32, height: u32) -> Self {
        Self::start_in("fr", width, height)
    }

    /// A browser whose user prefers this language.
    pub fn start_in(language: &str, width: u32, height: u32) -> Self {
        Self::start_with(language, (width, height), true)
    }

    /// A browser that runs no script of any page.
    pub fn start_without_scripts(language: &str, width: u32, height: u32) -> Self {
        Self::start_with(language, (width, height), false)
    }

    fn start_with(language: &str, (width, height): (u32, u32), scripts: bool) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (chromedriver, port) = start_chromedriver(folder.path());
        let runtime = Runtime::new().expect("threads can be started");
        let mut wanted = DesiredCapabilities::chrome();
        let profile = folder.path().join("profile");
        let own = [
            format!("--user-data-dir={}", profile.display()),
            format!("--lang={language}"),
            format!("--accept-lang={language}"),
        ];
        for argument in ARGUMENTS.iter().copied().chain(own.iter().map(String::as_str)) {
            wanted.add_arg(argument).expect("a text becomes JSON");
        }
        // Not by the window's size: part of a window is not page, and it cannot be as narrow as a telephone.
        let screen = json!({"width": width, "height": height, "pixelRatio": 1, "mobile": false, "touch": false});
        wanted.add_experimental_option("mobileEmulation", json!({"deviceMetrics": screen})).expect("JSON is JSON");
        if !scripts {
            let setting = json!({"profile.managed_default_content_settings.javascript": 2});
            wanted.add_experimental_option("prefs", setting).expect("JSON is JSON");
        }
        let driver = runtime
            .block_on(WebDriver::new(format!("http://127.0.0.1:{port}"), wanted))
            .expect("chromedriver opens a window of Chromium");
        Self { driver: Some(driver), runtime, _chromedriver: chromedriver, _folder: folder }
    }

    /// Runs `steps` with the driver: for whatever the short methods below cannot do.
    #[track_caller]
    pub fn drive<T, F>(&self, steps: impl FnOnce(WebDriver) -> F) -> T
    where
        F: Future<Output = WebDriverResult<T>>,
    {
        let driver = self.driver.clone().expect("the driver lives until drop");
        self.runtime.block_on(steps(driver)).unwrap_or_else(|error| panic!("the browser says: {error}"))
    }

    /// Opens a page and waits until it is loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.drive(|driver| async move { driver.goto(url).await });
    }

    /// The visible text of the first element that `css` selects, waiting for one.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.drive(|driver| async move { with(&driver, css, |element| async move { element.text().await }).await })
    }

    /// Waits until the text of the first element that `css` selects holds `part`: the page may only be coming.
    #[track_caller]
    pub fn shows(&self, css: &str, part: &str) {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let text = self.text(css);
            if text.contains(part) {
                return;
            }
            assert!(std::time::Instant::now() < end, "{css} never holds {part:?}: {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// How many elements `css` selects now.
    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        self.drive(|driver| async move { Ok(driver.find_all(By::Css(css)).await?.len()) })
    }

    /// Clicks on the first element that `css` selects, waiting for one: in the middle of the window, where nothing that
    /// stays at its edges lies above it.
    #[track_caller]
    pub fn click(&self, css: &str) {
        let click = |element: WebElement| async move {
            element.scroll_into_view().await?;
            element.click().await
        };
        self.drive(|driver| async move { with(&driver, css, click).await });
    }

    /// Types `text` into a field, after what stands there.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        self.drive(
            |driver| async move { with(&driver, css, |element| async move { element.send_keys(text).await }).await },
        );
    }

    /// What a script returns: `return document.title`.
    #[track_caller]
    pub fn script(&self, script: &str) -> serde_json::Value {
        self.drive(|driver| async move { Ok(driver.execute(script, vec![]).await?.json().clone()) })
    }

    /// From now on a page of this size, in light or dark; what moves stands still when that is wished.
    #[track_caller]
    pub fn look(&self, width: u32, height: u32, is_dark: bool, is_still: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let scheme = if is_dark { "dark" } else { "light" };
        let motion = if is_still { "reduce" } else { "no-preference" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion}]});
        self.drive(|driver| async move {
            driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
            driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await.map(drop)
        });
    }

    /// Presses a key, such as `Tab`, as a person does.
    #[track_caller]
    pub fn press(&self, key: &str, code: u32) {
        let event = |kind: &str| json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
        let (down, up) = (event("rawKeyDown"), event("keyUp"));
        self.drive(|driver| async move {
            driver.cdp().send_raw("Input.dispatchKeyEvent", down).await?;
            driver.cdp().send_raw("Input.dispatchKeyEvent", up).await.map(drop)
        });
    }

    /// The page's picture, as WebP of this scale and quality.
    #[track_caller]
    pub fn picture(&self, width: u32, height: u32, scale: f32, quality: u32) -> Vec<u8> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": scale});
        let wanted = json!({"format": "webp", "quality": quality, "captureBeyondViewport": true, "clip": clip});
        let taken = self.drive(|driver| async move { driver.cdp().send_raw("Page.captureScreenshot", wanted).await });
        STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64")
    }

    /// Whether the page must be scrolled sideways to be read.
    #[track_caller]
    pub fn is_wider_than_its_window(&self) -> bool {
        self.script("return document.documentElement.scrollWidth > window.innerWidth") == true
    }

    /// Keeps the window's picture as `target/screens/NAME.png`, for people to look at.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(ROOT).join("target/screens");
        fs::create_dir_all(&folder).expect("target/ can be written");
        let path = folder.join(format!("{name}.png"));
        let picture = self.drive(|driver| async move { driver.screenshot_as_png().await });
        fs::write(&path, picture).expect("target/ can be written");
        path
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // Orderly if it can be; the process group is killed in any case.
            let _ = self.runtime.block_on(driver.quit());
        }
    }
}

async fn find(driver: &WebDriver, css: &str) -> WebDriverResult<WebElement> {
    driver.query(By::Css(css)).wait(PATIENCE, Duration::from_millis(50)).first().await
}

/// Does something with the first element that `css` selects; once more when a new page has taken the element away just
/// then.
async fn with<T, F>(driver: &WebDriver, css: &str, act: impl Fn(WebElement) -> F) -> WebDriverResult<T>
where
    F: Future<Output = WebDriverResult<T>>,
{
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        match act(find(driver, css).await?).await {
            // The browser has several words for an element that is gone; what lasts is told in the end.
            Err(_) if std::time::Instant::now() < end => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return done,
        }
    }
}

/// Starts chromedriver on a port of its own choice, which it tells on its output. It asks for the same port a second time, for
/// the other kind of address, and ends when somebody has it there: then it chooses again.
fn start_chromedriver(folder: &Path) -> (Process, u16) {
    assert!(on_path("chromedriver"), "chromedriver is missing: `make test` installs it (Debian: chromium-driver)");
    let output = folder.join("chromedriver.log");
    let spawn = || {
        let log = fs::File::create(&output).expect("our own folder can be written");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stderr(log.try_clone().expect("an open file")).stdout(log);
        Process::spawn(&mut command)
    };
    let mut process = spawn();
    let port = wait_until(PATIENCE, "chromedriver tells its port", || {
        let said = fs::read_to_string(&output).unwrap_or_default();
        if let Some(status) = process.ended() {
            assert!(said.contains("Address already in use"), "chromedriver ended with {status}:\n{said}");
            process = spawn();
            return None;
        }
        let port = said.split("started successfully on port ").nth(1)?;
        port.split('.').next()?.trim().parse().ok()
    });
    (process, port)
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}
