import { crc32, deflateSync } from 'node:zlib';

/** Pixels, and a number that selects the colours and the position of the face. */
export type SelfieOptions = { width?: number; height?: number; seed?: number };

/** Palette indices of the drawing. */
const BACKGROUND = 0;
const SKIN = 1;
const FEATURE = 2;

/** The centre and the radii, as fractions of the height, from the middle of the face. */
type Ellipse = { cx: number; cy: number; rx: number; ry: number };

const LEFT_EYE: Ellipse = { cx: -0.1, cy: -0.08, rx: 0.035, ry: 0.02 };
const RIGHT_EYE: Ellipse = { cx: 0.1, cy: -0.08, rx: 0.035, ry: 0.02 };
const MOUTH: Ellipse = { cx: 0, cy: 0.17, rx: 0.1, ry: 0.025 };
const FACE: Ellipse = { cx: 0, cy: 0, rx: 0.26, ry: 0.38 };

/**
 * A drawn face: an oval with eyes and a mouth, as a PNG of a few kilobytes, the same for the same options. The
 * default size is the smallest that Unico accepts (upstream.md §S2 "Image requirements"). Another `seed` gives other
 * colours and another position.
 */
export function selfie({ width = 640, height = 480, seed = 0 }: SelfieOptions = {}): Buffer {
  const rows = Buffer.alloc((width + 1) * height); // each row begins with a filter byte, 0 = none
  const shift = ((seed * 37) % 41) - 20;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = paint((x - width / 2 - shift) / height, (y - height / 2) / height);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits a pixel, indexed colour
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette(seed)),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The same image as base64. */
export function selfieBase64(options?: SelfieOptions): string {
  return selfie(options).toString('base64');
}

function isInside({ cx, cy, rx, ry }: Ellipse, x: number, y: number): boolean {
  return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
}

/** The palette index at a point; the coordinates are fractions of the height, from the middle of the face. */
function paint(x: number, y: number): number {
  if (isInside(LEFT_EYE, x, y) || isInside(RIGHT_EYE, x, y) || isInside(MOUTH, x, y)) return FEATURE;
  return isInside(FACE, x, y) ? SKIN : BACKGROUND;
}

function palette(seed: number): Buffer {
  const tint = (seed * 53) % 96;
  return Buffer.from([120 + tint, 150, 180, 224 - tint, 172 - (tint >> 1), 140 - (tint >> 1), 40, 32, 30]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
