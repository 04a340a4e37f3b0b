import { imageSize } from 'image-size';
import type { UserError } from '../../../domain/user-error.ts';
import { inputProblemAs, type FieldPath } from './input-problem.ts';

/** S2 "Image requirements": 800 KB, read generously as KiB so that nothing is refused that Unico might take. */
export const MAX_IMAGE_BYTES = 800 * 1024;

/** S2: 640x480, in either orientation, because selfies are taken upright. */
const LONG_SIDE = 640;
const SHORT_SIDE = 480;

/** S2: PNG, JPEG and WebP, as the decoder names them, and how their files begin, in hex: the decoder itself looks less close. */
const BEGINNINGS = new Map([
  ['png', /^89504e470d0a1a0a/],
  ['jpg', /^ffd8ff/],
  // RIFF, four bytes of length, WEBP
  ['webp', /^52494646.{8}57454250/],
]);

/** Pictures that Unico does not take. Of the decoder's other formats, some are recognised by a single byte. */
const OTHER_PICTURES = new Set([
  'avif',
  'bmp',
  'gif',
  'heic',
  'heif',
  'ico',
  'j2c',
  'jp2',
  'jxl',
  'psd',
  'svg',
  'tiff',
]);

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Format and size out of the header; `null` for what the decoder knows nothing of. */
function sizeOf(bytes: Uint8Array): { width: number; height: number; type: string } | null {
  try {
    const { width, height, type } = imageSize(bytes);
    return { width, height, type: type ?? '' };
  } catch {
    return null;
  }
}

/** How many bytes base64 text of this length holds, without decoding it. */
function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** What is wrong with an image by what its bytes say, or nothing. */
function checkBytes(bytes: Uint8Array, field: FieldPath): UserError[] {
  const size = sizeOf(bytes);
  if (size !== null && OTHER_PICTURES.has(size.type)) {
    return [inputProblemAs('api', '20505', field, `expected PNG, JPEG or WebP, got ${size.type}`)];
  }
  const beginning = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  if (size === null || !BEGINNINGS.get(size.type)?.test(beginning))
    return [inputProblemAs('api', '20900', field, 'expected an image, got bytes of no image format')];
  const [long, short] = [Math.max(size.width, size.height), Math.min(size.width, size.height)];
  if (long < LONG_SIDE || short < SHORT_SIDE) {
    const message = `expected at least ${LONG_SIDE}x${SHORT_SIDE}, got ${size.width}x${size.height}`;
    return [inputProblemAs('api', '20807', field, message)];
  }
  return [];
}

/** Checks a base64 image by Unico's rules (upstream.md §S2): what is wrong with it, or nothing. */
export function validateImage(base64: string, field: FieldPath): UserError[] {
  if (base64 === '')
    return [inputProblemAs('api', '20009', field, 'expected an image in base64, got empty text')];
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    const prefix = base64.startsWith('data:')
      ? ' (send the data alone, without the prefix "data:…;base64,")'
      : '';
    return [
      inputProblemAs(
        'api',
        '20900',
        field,
        `expected an image in base64, got text that is not base64${prefix}`,
      ),
    ];
  }
  const length = decodedLength(base64);
  if (length > MAX_IMAGE_BYTES) {
    const message = `expected at most ${MAX_IMAGE_BYTES} bytes (800 KB), got ${length}: compress it (JPEG, quality 92)`;
    return [inputProblemAs('api', '20506', field, message)];
  }
  // Memory of its own: a small Buffer shares it with others, and the decoder reads past the end of a cut image.
  const memory = new ArrayBuffer(length);
  Buffer.from(memory).write(base64, 'base64');
  try {
    return checkBytes(new Uint8Array(memory), field);
  } finally {
    // Given back at once: a creation has up to six images, and all would be held until the next collection.
    memory.transfer(0);
  }
}
