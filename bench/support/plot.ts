import { formatNumber } from './statistics.ts';

/** One or several curves over the same axes. */
export type Plot = {
  /** The name of its file, such as `list-length.svg`. */
  file: string;
  title: string;
  /** The labels of the axes, with units. */
  x: string;
  y: string;
  logX?: boolean;
  logY?: boolean;
  series: { name: string; points: [number, number][] }[];
};

/** Pixels. The margins hold the title, the legend, and the labels of the axes. */
const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 80;
const RIGHT = 20;
const TOP = 64;
const BOTTOM = 56;
const LEGEND = 46;
/** The approximate width of a bold character, in pixels. */
const CHARACTER = 7;

/** Colours that most readers with colour blindness can distinguish too (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const INK = '#333333';
const GRID = '#dddddd';

const CENTRED = 'text-anchor="middle"';

/** One axis: the position of a value in pixels, and the values of its ticks. */
type Axis = { at(value: number): number; ticks: number[] };

/** The largest of 1, 2 and 5 times a power of ten that divides a range into at least four steps. */
function stepOf(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 4));
  return Math.max(...[1, 2, 5].map((times) => times * power).filter((step) => range / step >= 4));
}

function linearAxis(values: number[], start: number, end: number): Axis {
  const max = Math.max(...values) || 1;
  const step = stepOf(max);
  const top = Math.ceil(max / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { at: (value) => start + (value / top) * (end - start), ticks };
}

/**
 * Runs from the last 1, 2 or 5 times a power of ten at or below the values to the first at or above them. With more than
 * ten such numbers, only powers of ten get a tick.
 */
function logAxis(values: number[], start: number, end: number): Axis {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 25 }, (_, index) => 10 ** (index - 12));
  const marks = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const from = marks.findLast((mark) => mark <= min) ?? min;
  const to = marks.find((mark) => mark >= max && mark > from) ?? max;
  const between = marks.filter((mark) => mark >= from && mark <= to);
  const ticks = between.length <= 10 ? between : between.filter((mark) => powers.includes(mark));
  const share = (value: number): number => Math.log(value / from) / Math.log(to / from);
  return { at: (value) => start + share(value) * (end - start), ticks };
}

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text at a position in pixels, with more attributes of its element. */
type Text = { x: number; y: number; content: string; attributes?: string };

function text({ x, y, content, attributes = '' }: Text): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

type Point = readonly [x: number, y: number];

const pointAt = (point: Point): string => point.map((place) => place.toFixed(1)).join(' ');

function line(from: Point, to: Point, colour: string): string {
  return `<path d="M${pointAt(from)} L${pointAt(to)}" stroke="${colour}"/>`;
}

function drawAxes({ title, x, y }: Plot, xAxis: Axis, yAxis: Axis): string[] {
  const [floor, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const middle = (TOP + floor) / 2;
  return [
    ...yAxis.ticks.flatMap((value) => [
      line([LEFT, yAxis.at(value)], [right, yAxis.at(value)], GRID),
      text({
        x: LEFT - 8,
        y: yAxis.at(value) + 4,
        content: formatNumber(value),
        attributes: 'text-anchor="end"',
      }),
    ]),
    ...xAxis.ticks.flatMap((value) => [
      line([xAxis.at(value), floor], [xAxis.at(value), floor + 5], INK),
      text({ x: xAxis.at(value), y: floor + 20, content: formatNumber(value), attributes: CENTRED }),
    ]),
    line([LEFT, floor], [right, floor], INK),
    line([LEFT, TOP], [LEFT, floor], INK),
    text({ x: WIDTH / 2, y: 24, content: title, attributes: `${CENTRED} font-size="15" font-weight="bold"` }),
    text({ x: (LEFT + right) / 2, y: HEIGHT - 12, content: x, attributes: CENTRED }),
    text({ x: 18, y: middle, content: y, attributes: `${CENTRED} transform="rotate(-90 18 ${middle})"` }),
  ];
}

function drawSeries({ series }: Plot, xAxis: Axis, yAxis: Axis): string[] {
  let legendAt = LEFT;
  return series.flatMap(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const places = points.map(([x, y]) => [xAxis.at(x).toFixed(1), yAxis.at(y).toFixed(1)] as const);
    const legend = text({
      x: legendAt,
      y: LEGEND,
      content: `● ${name}`,
      attributes: `fill="${colour}" font-weight="bold"`,
    });
    legendAt += (name.length + 5) * CHARACTER;
    return [
      `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
      legend,
    ];
  });
}

/** Draws a plot as a standalone SVG, on white, so that it is readable on a dark page too. Throws without points. */
export function drawPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  if (points.length === 0) throw new Error(`${plot.file}: expected at least one point`);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const xAxis = (plot.logX ? logAxis : linearAxis)(xs, LEFT, WIDTH - RIGHT);
  const yAxis = (plot.logY ? logAxis : linearAxis)(ys, HEIGHT - BOTTOM, TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...drawAxes(plot, xAxis, yAxis),
    ...drawSeries(plot, xAxis, yAxis),
    '</svg>',
    '',
  ].join('\n');
}
