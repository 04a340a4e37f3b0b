import { formatNumber } from './statistics.ts';

/** A curve, or several over the same axes. */
export type Plot = {
  /** The name of its file, such as `list-length.svg`. */
  file: string;
  title: string;
  /** What the axes show, with the unit. */
  x: string;
  y: string;
  logX?: boolean;
  logY?: boolean;
  series: { name: string; points: [number, number][] }[];
};

/** Pixels. The margins hold the title, the legend, and what is written at the axes. */
const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 80;
const RIGHT = 20;
const TOP = 64;
const BOTTOM = 56;
const LEGEND = 46;
/** What a bold letter takes, more or less. */
const LETTER = 7;

/** Colours that are told apart by most of those who do not see all of them, too (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const INK = '#333333';
const GRID = '#dddddd';

/** One axis: where a value lies on it, in pixels, and which values are written at it. */
type Axis = { at(value: number): number; ticks: number[] };

/** The largest of 1, 2 and 5 times a power of ten that cuts a range into at least four. */
function stepOf(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 4));
  return Math.max(...[1, 2, 5].map((times) => times * power).filter((step) => range / step >= 4));
}

function linearAxis(values: number[], start: number, end: number): Axis {
  const most = Math.max(...values) || 1;
  const step = stepOf(most);
  const top = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { at: (value) => start + (value / top) * (end - start), ticks };
}

/** From the first 1, 2 or 5 at or below the values to the first above them; only powers of ten are written where those are many. */
function logAxis(values: number[], start: number, end: number): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 25 }, (_, index) => 10 ** (index - 12));
  const marks = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const from = marks.findLast((mark) => mark <= least) ?? least;
  const to = marks.find((mark) => mark >= most && mark > from) ?? most;
  const between = marks.filter((mark) => mark >= from && mark <= to);
  const ticks = between.length <= 10 ? between : between.filter((mark) => powers.includes(mark));
  const share = (value: number): number => Math.log(value / from) / Math.log(to / from);
  return { at: (value) => start + share(value) * (end - start), ticks };
}

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(words)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const ends = [x1, y1, x2, y2].map((place) => place.toFixed(1));
  return `<path d="M${ends.slice(0, 2).join(' ')} L${ends.slice(2).join(' ')}" stroke="${colour}"/>`;
}

function drawAxes({ title, x, y }: Plot, xAxis: Axis, yAxis: Axis): string[] {
  const [floor, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const middle = (TOP + floor) / 2;
  return [
    ...yAxis.ticks.flatMap((value) => [
      line(LEFT, yAxis.at(value), right, yAxis.at(value), GRID),
      text(LEFT - 8, yAxis.at(value) + 4, formatNumber(value), 'text-anchor="end"'),
    ]),
    ...xAxis.ticks.flatMap((value) => [
      line(xAxis.at(value), floor, xAxis.at(value), floor + 5, INK),
      text(xAxis.at(value), floor + 20, formatNumber(value), 'text-anchor="middle"'),
    ]),
    line(LEFT, floor, right, floor, INK),
    line(LEFT, TOP, LEFT, floor, INK),
    text(WIDTH / 2, 24, title, 'text-anchor="middle" font-size="15" font-weight="bold"'),
    text((LEFT + right) / 2, HEIGHT - 12, x, 'text-anchor="middle"'),
    text(18, middle, y, `text-anchor="middle" transform="rotate(-90 18 ${middle})"`),
  ];
}

function drawSeries({ series }: Plot, xAxis: Axis, yAxis: Axis): string[] {
  let legendAt = LEFT;
  return series.flatMap(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const places = points.map(([x, y]) => [xAxis.at(x).toFixed(1), yAxis.at(y).toFixed(1)] as const);
    const legend = text(legendAt, LEGEND, `● ${name}`, `fill="${colour}" font-weight="bold"`);
    legendAt += (name.length + 5) * LETTER;
    return [
      `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
      legend,
    ];
  });
}

/** Draws a plot as an SVG that stands alone, on white, so that it can be read on a dark page too. */
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
