//! Two plots as SVG, written by hand: answers a second by question and system, and how the cost of a
//! question grows with the number of incidents. Both axes of measure are logarithmic.

use std::fmt::Write as _;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 180.0;
const ROW: f64 = 30.0;
const GROWTH: f64 = 320.0;
/// How a broken line is broken.
const DASH: &str = "5 4";
/// Colours that also people who see fewer colours can tell apart (Okabe and Ito 2008).
const COLOURS: [&str; 8] = [
    "#0072b2", "#999999", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
];

/// A system or a question, with what was measured of it: a place on the first axis and a value on the
/// logarithmic one.
pub struct Series {
    pub name: String,
    pub values: Vec<(f64, f64)>,
    /// Drawn broken; its name is then the system's.
    pub dashed: bool,
    /// Which of the colours.
    pub colour: usize,
}

/// The logarithmic axis: whole powers of ten around the values.
struct Axis {
    low: f64,
    high: f64,
    /// Where the axis begins and ends, in pixels.
    pixels: [f64; 2],
}

impl Axis {
    fn around(values: impl Iterator<Item = f64>, pixels: [f64; 2]) -> Self {
        let values: Vec<f64> = values
            .filter(|value| *value > 0.0)
            .map(f64::log10)
            .collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min).floor();
        let high = values
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max)
            .ceil();
        Self {
            low,
            high: if high > low { high } else { low + 1.0 },
            pixels,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value.log10() - self.low) / (self.high - self.low);
        self.pixels[0] + share * (self.pixels[1] - self.pixels[0])
    }

    /// The powers of ten.
    fn ticks(&self) -> Vec<f64> {
        let mut tick = self.low;
        let mut ticks = Vec::new();
        while tick <= self.high {
            ticks.push(10_f64.powf(tick));
            tick += 1.0;
        }
        ticks
    }
}

/// The picture: rows of dots, and below them, with more than one size, lines.
pub fn draw(questions: &[&str], systems: &[Series], growth: &[Series]) -> String {
    let dots_height = 90.0 + ROW * questions.len() as f64;
    let growth_height = if growth.is_empty() {
        0.0
    } else {
        GROWTH + 90.0
    };
    let height = dots_height + growth_height;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    dots(&mut svg, questions, systems);
    if !growth.is_empty() {
        lines(&mut svg, growth, dots_height);
    }
    svg.push_str("</svg>\n");
    svg
}

fn dots(svg: &mut String, questions: &[&str], systems: &[Series]) {
    let values = systems
        .iter()
        .flat_map(|system| &system.values)
        .map(|value| value.1);
    let axis = Axis::around(values, [LEFT, WIDTH - RIGHT]);
    let bottom = 50.0 + ROW * questions.len() as f64;
    title(svg, 22.0, "Answers a second, one server core");
    for tick in axis.ticks() {
        let x = axis.at(tick);
        line(svg, [x, 40.0, x, bottom], "#ddd", "");
        text(svg, [x, bottom + 16.0], "middle", &short(tick));
    }
    for (row, question) in questions.iter().enumerate() {
        let y = 58.0 + ROW * row as f64;
        line(svg, [LEFT, y, WIDTH - RIGHT, y], "#eee", "");
        text(svg, [LEFT - 10.0, y + 4.0], "end", question);
    }
    for (at, system) in systems.iter().enumerate() {
        let colour = COLOURS[system.colour % COLOURS.len()];
        for (row, value) in &system.values {
            let y = 58.0 + ROW * row;
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{colour}\"/>",
                axis.at(*value)
            );
        }
        let y = 58.0 + 20.0 * at as f64;
        let x = WIDTH - RIGHT + 20.0;
        let _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>"
        );
        text(svg, [x + 12.0, y + 4.0], "start", &system.name);
    }
}

fn lines(svg: &mut String, growth: &[Series], top: f64) {
    let all = || growth.iter().flat_map(|series| &series.values);
    let across = Axis::around(all().map(|value| value.0), [100.0, WIDTH - 260.0]);
    let up = Axis::around(
        all().map(|value| value.1),
        [top + 50.0 + GROWTH, top + 50.0],
    );
    title(
        svg,
        top + 22.0,
        "Microseconds of one core an answer, by number of incidents",
    );
    for tick in up.ticks() {
        let y = up.at(tick);
        line(svg, [across.pixels[0], y, across.pixels[1], y], "#ddd", "");
        text(svg, [across.pixels[0] - 8.0, y + 4.0], "end", &short(tick));
    }
    for tick in across.ticks() {
        let x = across.at(tick);
        line(svg, [x, up.pixels[0], x, up.pixels[1]], "#e8e8e8", "");
        text(svg, [x, up.pixels[0] + 18.0], "middle", &short(tick));
    }
    let legend = |svg: &mut String, row: usize, words: &str, colour: &str, dash: &str| {
        let (x, y) = (WIDTH - 240.0, top + 58.0 + 20.0 * row as f64);
        line(svg, [x, y, x + 24.0, y], colour, dash);
        text(svg, [x + 32.0, y + 4.0], "start", words);
    };
    let mut row = 0;
    for series in growth {
        let colour = COLOURS[series.colour % COLOURS.len()];
        let dash = if series.dashed { DASH } else { "" };
        let at = |(x, y): &(f64, f64)| [across.at(*x), up.at(*y)];
        let points: Vec<[f64; 2]> = series.values.iter().map(at).collect();
        for pair in points.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            line(svg, [from[0], from[1], to[0], to[1]], colour, dash);
        }
        for [x, y] in &points {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        if !series.dashed {
            legend(svg, row, &series.name, colour, "");
            row += 1;
        }
    }
    if let Some(broken) = growth.iter().find(|series| series.dashed) {
        legend(
            svg,
            row + 1,
            &format!("the same, {}", broken.name),
            "#222",
            DASH,
        );
    }
}

fn title(svg: &mut String, y: f64, words: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"20\" y=\"{y}\" font-size=\"15\">{}</text>",
        escaped(words)
    );
}

fn text(svg: &mut String, [x, y]: [f64; 2], anchor: &str, words: &str) {
    let words = escaped(words);
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

fn line(svg: &mut String, [x1, y1, x2, y2]: [f64; 4], colour: &str, dash: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" \
         stroke-width=\"1.5\" stroke-dasharray=\"{dash}\"/>"
    );
}

/// 10, 1 thousand, 10 million.
fn short(value: f64) -> String {
    match value {
        million if million >= 1e6 => format!("{} million", million / 1e6),
        thousand if thousand >= 1e3 => format!("{} thousand", thousand / 1e3),
        small => format!("{small}"),
    }
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}
