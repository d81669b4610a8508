// Draws an SVG of the page on a canvas, in the colours and fonts that the style sheets give it. As an image of its own it would have neither.

type Pen = CanvasRenderingContext2D;

/** How large an element is drawn, and where: in the pen's pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** `svg` must be in the document, and shown. */
export function drawSvg(pen: Pen, svg: SVGElement, { left, top, width }: Place): void {
  const box = svg.getBoundingClientRect();
  if (!box.width) return;
  for (const part of svg.querySelectorAll<SVGGraphicsElement>('path, rect, line, text')) {
    const matrix = part.getScreenCTM();
    if (!matrix || !part.checkVisibility({ visibilityProperty: true })) continue;
    pen.save();
    pen.translate(left, top);
    pen.scale(width / box.width, width / box.width);
    pen.translate(-box.left, -box.top);
    pen.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    if (part instanceof SVGTextElement) drawText(pen, part);
    else drawPath(pen, pathOf(part), getComputedStyle(part));
    pen.restore();
  }
}

function pathOf(part: SVGGraphicsElement): Path2D {
  if (part instanceof SVGPathElement) return new Path2D(part.getAttribute('d') ?? '');
  const path = new Path2D();
  if (part instanceof SVGRectElement) path.rect(part.x.baseVal.value, part.y.baseVal.value, part.width.baseVal.value, part.height.baseVal.value);
  if (part instanceof SVGLineElement) {
    path.moveTo(part.x1.baseVal.value, part.y1.baseVal.value);
    path.lineTo(part.x2.baseVal.value, part.y2.baseVal.value);
  }
  return path;
}

function drawPath(pen: Pen, path: Path2D, style: CSSStyleDeclaration): void {
  const opacity = Number(style.opacity);
  const fill = (): void => {
    if (style.fill === 'none') return;
    pen.globalAlpha = opacity * Number(style.fillOpacity);
    pen.fillStyle = style.fill;
    pen.fill(path);
  };
  const stroke = (): void => {
    if (style.stroke === 'none') return;
    pen.globalAlpha = opacity * Number(style.strokeOpacity);
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.lineJoin = style.strokeLinejoin as CanvasLineJoin;
    pen.lineCap = style.strokeLinecap as CanvasLineCap;
    pen.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    pen.stroke(path);
  };
  const strokeFirst = style.paintOrder.startsWith('stroke');
  for (const step of strokeFirst ? [stroke, fill] : [fill, stroke]) step();
}

/** A text of one line, where its letters stand on the page; what a title says isn't drawn. */
function drawText(pen: Pen, text: SVGTextElement): void {
  if (!text.getNumberOfChars()) return;
  const style = getComputedStyle(text);
  const words = [...text.childNodes].filter(({ nodeName }) => nodeName !== 'title').map(({ textContent }) => textContent ?? '').join('');
  pen.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
  pen.fillStyle = style.fill;
  pen.font = style.font;
  pen.direction = style.direction as CanvasDirection;
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  pen.fillText(words, text.getBBox().x, text.getStartPositionOfChar(0).y);
}
