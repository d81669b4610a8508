//! The program itself, run with a store of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bordermap::live::LiveAtlas;
use bordermap::seed;
use bordermap::store::sqlite::SqliteStore;
use serde_json::Value as Json;
use tempfile::TempDir;

/// A folder with a store, and the program that works on it.
pub struct Program {
    folder: TempDir,
    /// For temporary files: servers say there that they run.
    scratch: TempDir,
}

/// What a run of the program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Program {
    pub fn new() -> Self {
        let scratch = TempDir::new().unwrap();
        // Also for another user.
        let all = std::fs::Permissions::from_mode(0o1777);
        std::fs::set_permissions(scratch.path(), all).unwrap();
        Self {
            folder: TempDir::new().unwrap(),
            scratch,
        }
    }

    /// Makes the store that is in the folder by default, with the shipped data.
    pub fn seed(&self) {
        let store = SqliteStore::open(&self.path("bordermap.gpkg")).unwrap();
        let live = LiveAtlas::open(Arc::new(store)).unwrap();
        seed::seed(&live).unwrap();
        live.close();
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder for temporary files.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Writes a file into the folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program in its folder, where the store is by default.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bordermap"));
        command.args(args).current_dir(self.folder.path());
        for name in ["STORE", "LISTEN", "LOG", "PUBLIC_URL"] {
            command.env_remove(format!("BORDERMAP_{name}"));
        }
        command.env_remove("RUST_LOG");
        command.env("TMPDIR", self.scratch.path());
        command
    }

    /// Runs any command to its end.
    pub fn said(&self, mut command: Command) -> Said {
        said(command.current_dir(self.folder.path()).output().unwrap())
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// Runs a command that must succeed; what it wrote.
    pub fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.out
    }

    /// Runs a command that must fail with this code and a message that has this in it.
    pub fn fails(&self, args: &[&str], code: i32, message: &str) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        assert!(said.err.contains(message), "{args:?}: {said:?}");
        assert!(!said.err.contains("panicked"), "{args:?}: {said:?}");
        said
    }

    /// Runs a command with something on its standard input.
    pub fn piped(&self, args: &[&str], input: &str) -> Said {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        said(child.wait_with_output().unwrap())
    }

    /// Runs a command, sends it a signal such as `TERM` as soon as that is so, and waits until it has ended,
    /// for a minute at most. What it writes is not read before.
    pub fn ended(&self, args: &[&str], signal: &str, mut when: impl FnMut() -> bool) -> Said {
        let mut command = self.command(args);
        command.env("TMPDIR", self.folder.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let is_over = |child: &mut Child| child.try_wait().unwrap().is_some();
        while !is_over(&mut child) && Instant::now() < until && !when() {
            thread::sleep(Duration::from_millis(1));
        }
        send(&child, signal);
        while !is_over(&mut child) {
            if Instant::now() > until {
                child.kill().unwrap();
                panic!("{args:?} did not end: {:?}", child.wait_with_output());
            }
            thread::sleep(Duration::from_millis(5));
        }
        let mut output = child.wait_with_output().unwrap();
        // Of a form that is no text, or in the middle of a letter.
        output.stdout = String::from_utf8_lossy(&output.stdout).into_owned().into();
        said(output)
    }

    /// The names of what is in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// The features of a layer, as an export gives them.
    pub fn features(&self, layer: &str) -> Vec<Json> {
        let out = self.ok(&["export", layer, "--format", "geojsonl"]);
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// A server on a port of its own.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// A server with further variables in its environment.
    pub fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(environment.iter().copied());
        Server::of(command)
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Sends a process a signal; whether it was there.
fn send(child: &Child, signal: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{signal}"), &child.id().to_string()]);
    kill.stderr(Stdio::null()).status().unwrap().success()
}

/// A server that runs.
pub struct Server {
    child: Child,
    pub url: String,
    log: Arc<Mutex<Vec<String>>>,
    /// Ends with the program.
    reader: Option<thread::JoinHandle<()>>,
}

/// No server outlives its test, also one that has failed.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// What a command starts.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = Vec::new();
        let url = lines
            .find_map(|line| {
                let line = line.unwrap();
                // A build without the map page has the API alone.
                let told = ["the map is on ", "the API is on "];
                let Some((_, rest)) = told.iter().find_map(|told| line.split_once(told)) else {
                    before.push(line);
                    return None;
                };
                Some(rest.split('/').take(3).collect::<Vec<_>>().join("/"))
            })
            .expect("the server says where it is");
        // A full pipe would stop the server.
        let log = Arc::new(Mutex::new(before));
        let kept = Arc::clone(&log);
        let reader = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            url,
            log,
            reader: Some(reader),
        }
    }

    /// The status and the body of an answer.
    pub fn get(&self, path: &str) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut answer = agent.get(format!("{}{path}", self.url)).call().unwrap();
        let status = answer.status().as_u16();
        let mut body = String::new();
        answer
            .body_mut()
            .as_reader()
            .read_to_string(&mut body)
            .unwrap();
        (status, body)
    }

    /// Waits, for a while, until its log says this.
    #[track_caller]
    pub fn until_logged(&self, said: &str) {
        for _ in 0..200 {
            let log = self.log.lock().unwrap();
            if log.iter().any(|line| line.contains(said)) {
                return;
            }
            drop(log);
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the log never said {said:?}: {:?}", self.log.lock());
    }

    /// Sends it a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        assert!(send(&self.child, name));
    }

    /// Asks it to stop; its exit code and its log.
    pub fn stop(self) -> (i32, Vec<String>) {
        self.signal("TERM");
        self.ended()
    }

    /// Waits until it has ended; its exit code and its log.
    pub fn ended(mut self) -> (i32, Vec<String>) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        (code, log)
    }
}
