//! What an endpoint is: a type that reads a question and answers it; and what all of them do around that.

use askama::Template;
use axum::response::Response;
use serde::Serialize;

use crate::http::kit::answer::{self, Tag};
use crate::http::kit::negotiate;
use crate::http::kit::operation::{Asked, Describe, Method, Operation};
use crate::http::kit::page;
use crate::http::kit::parameters::Named;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// Where an endpoint runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Tried on the thread that read the request; what is not done there within half a millisecond, or is
    /// known to take longer by its parameters, begins anew in its turn.
    Tried,
    /// Computes for long: goes to its turn at once.
    InTurn,
    /// May wait for a disk, never computes for long; on a thread of its own.
    Waits,
}

/// What the router sends requests to: an [`Endpoint`], or what answers by itself because it is no document of
/// the atlas.
pub trait Handler: Sync {
    /// The method; HEAD goes with GET.
    fn method(&self) -> Method {
        Method::Get
    }

    /// The path, with `{layer}` and `{id}` for what varies.
    fn path(&self) -> &'static str;

    /// Where it runs.
    fn runs(&self) -> Runs {
        Runs::Tried
    }

    /// How it is described; `None` for what is no part of the API.
    fn described(&self) -> Option<&dyn Describe> {
        None
    }

    /// Answers one request.
    ///
    /// # Errors
    /// What is wrong with the request, or why it cannot be answered.
    fn handle(&self, app: &App, request: &Request) -> Result<Response, Problem>;
}

/// A question, or what stands in its way although its parameters are right: a feature that is not there, say.
pub type Late<Question> = Result<Question, Problem>;

/// What comes of reading a question: faults of parameters are with the [`Reader`], and an error is that what the path
/// names is not there, without which parameters could not be read.
pub type Parsed<Question> = Result<Late<Question>, Problem>;

/// An answer, or why there is none.
pub type Answered = Result<Response, Problem>;

/// A document of the atlas under a path: how its question is read, and how it is answered.
///
/// What all have in common is done once, in [`Handler::handle`]: the representation is chosen, all faults of the
/// parameters are told at once, the answer gets its tag, and a client that has it already gets a 304.
pub trait Endpoint: Sync {
    /// What is asked, read from the path and the query.
    type Question<'a>;

    /// How it is described.
    fn operation(&self) -> &Operation;

    /// Where it runs.
    fn runs(&self) -> Runs {
        Runs::Tried
    }

    /// Reads the question. What is wrong with a parameter is a fault in `read`.
    ///
    /// # Errors
    /// That what the path names is not there, without which the parameters could not be read.
    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>>;

    /// Answers, in the representation that was chosen.
    ///
    /// # Errors
    /// Why there is no answer.
    fn answer(&self, app: &App, asked: &Asked<'_>, question: Self::Question<'_>) -> Answered;
}

impl<E: Endpoint> Describe for E {
    fn operation(&self) -> &Operation {
        Endpoint::operation(self)
    }

    fn read_all<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) {
        read.one(Named::Encoding(Endpoint::operation(self).representations));
        // That something is not there stands in nobody's way: all that can be asked for was.
        drop(self.read(asked, read));
    }
}

impl<E: Endpoint> Handler for E {
    fn method(&self) -> Method {
        Endpoint::operation(self).method
    }

    fn path(&self) -> &'static str {
        Endpoint::operation(self).path
    }

    fn runs(&self) -> Runs {
        Endpoint::runs(self)
    }

    fn described(&self) -> Option<&dyn Describe> {
        Some(self)
    }

    fn handle(&self, app: &App, request: &Request) -> Result<Response, Problem> {
        let atlas = app.live.snapshot();
        let operation = Endpoint::operation(self);
        let representations = operation.representations;
        let mut read = Reader::new(&request.params);
        let accept = request.accept();
        let chosen = negotiate::choose(&mut read, accept.as_deref(), representations);
        let asked = Asked {
            request,
            atlas: &atlas,
            limits: &app.options.limits,
            representation: chosen
                .as_ref()
                .map_or(&representations[0], |chosen| *chosen),
        };
        let question = self.read(&asked, &mut read)?;
        read.finish()?;
        let representation = chosen?;
        let question = question?;
        let tag = Tag::new(app, atlas.revision(), request, representation.media);
        if let Some(unchanged) = tag.unchanged(request) {
            return Ok(unchanged);
        }
        let mut response = self.answer(app, &asked, question)?;
        tag.put(&mut response);
        Ok(response)
    }
}

/// A document that takes no question.
pub struct Fixed {
    /// How it is described.
    pub operation: Operation,
    /// Answers, in the representation that was chosen.
    pub answer: fn(&App, &Asked<'_>) -> Answered,
}

impl Endpoint for Fixed {
    type Question<'a> = ();

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(&self, _: &Asked<'a>, _: &mut Reader<'a>) -> Parsed<()> {
        Ok(Ok(()))
    }

    fn answer(&self, app: &App, asked: &Asked<'_>, (): ()) -> Answered {
        (self.answer)(app, asked)
    }
}

/// An answer as a page for people or as JSON, whichever was chosen.
pub fn page_or_json<P: Template, D: Serialize>(
    asked: &Asked<'_>,
    page: impl FnOnce() -> P,
    document: impl FnOnce() -> D,
) -> Answered {
    let body = if asked.representation.is_html() {
        page::render(&page())?
    } else {
        answer::json(&document())
    };
    Ok(answer::untagged(asked.representation.media, body))
}

/// What answers by itself: neither a document of the atlas nor a part of the API.
pub struct Plain {
    /// The path.
    pub path: &'static str,
    /// Where it runs.
    pub runs: Runs,
    /// Answers one request.
    pub handle: fn(&App, &Request) -> Result<Response, Problem>,
}

impl Handler for Plain {
    fn path(&self) -> &'static str {
        self.path
    }

    fn runs(&self) -> Runs {
        self.runs
    }

    fn handle(&self, app: &App, request: &Request) -> Result<Response, Problem> {
        (self.handle)(app, request)
    }
}
