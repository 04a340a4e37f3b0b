import { imageSize } from 'image-size';
import type { UserError } from '../../../domain/user-error.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/**
 * 800 KB (upstream.md §S2 "Image requirements"), counted as KiB so that no image is refused that Unico might accept.
 */
export const MAX_IMAGE_BYTES = 800 * 1024;

/** At least 640x480 (upstream.md §S2), in either orientation, because selfies are taken upright. */
const MIN_LONG_SIDE = 640;
const MIN_SHORT_SIDE = 480;

/**
 * PNG, JPEG and WebP (upstream.md §S2), by the decoder's names, with their magic bytes in hex: the decoder checks fewer
 * bytes.
 */
const MAGIC_BYTES = new Map([
  ['png', /^89504e470d0a1a0a/],
  ['jpg', /^ffd8ff/],
  // RIFF, four bytes of length, WEBP
  ['webp', /^52494646.{8}57454250/],
]);

/**
 * Formats that Unico does not accept. The decoder recognises some of its remaining formats by a single byte, so they
 * are not listed.
 */
const REFUSED_FORMATS = new Set([
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

/** The format and the size in pixels, from the header of an image; `null` for bytes of an unknown format. */
function readHeader(bytes: Uint8Array): { width: number; height: number; type: string } | null {
  try {
    const { width, height, type } = imageSize(bytes);
    return { width, height, type: type ?? '' };
  } catch {
    return null;
  }
}

/** How many bytes the base64 text contains, without decoding it. */
function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** Validates the format and the size of a decoded image. */
function validateBytes(bytes: Uint8Array, field: FieldPath): UserError[] {
  const header = readHeader(bytes);
  if (header !== null && REFUSED_FORMATS.has(header.type)) {
    return [apiProblem('20505', field, `expected PNG, JPEG or WebP, got ${header.type}`)];
  }
  const firstBytes = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  if (header === null || !MAGIC_BYTES.get(header.type)?.test(firstBytes)) {
    return [apiProblem('20900', field, 'expected a PNG, JPEG or WebP image, got bytes of no image format')];
  }
  const [longSide, shortSide] = [
    Math.max(header.width, header.height),
    Math.min(header.width, header.height),
  ];
  if (longSide < MIN_LONG_SIDE || shortSide < MIN_SHORT_SIDE) {
    const message = `expected at least ${MIN_LONG_SIDE}x${MIN_SHORT_SIDE}, got ${header.width}x${header.height}`;
    return [apiProblem('20807', field, message)];
  }
  return [];
}

/** Validates a base64 image by Unico's rules (upstream.md §S2). Returns the first problem, or an empty list. */
export function validateImage(base64: string, field: FieldPath): UserError[] {
  if (base64 === '') return [apiProblem('20009', field, 'expected an image in base64, got empty text')];
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    const prefix = base64.startsWith('data:')
      ? ' (send the data alone, without the prefix "data:…;base64,")'
      : '';
    return [apiProblem('20900', field, `expected an image in base64, got text that is not base64${prefix}`)];
  }
  const length = decodedLength(base64);
  if (length > MAX_IMAGE_BYTES) {
    const message = `expected at most ${MAX_IMAGE_BYTES} bytes (800 KB), got ${length}: compress it (JPEG, quality 92)`;
    return [apiProblem('20506', field, message)];
  }
  // Memory of its own: a small Buffer shares a pool with others, and the decoder reads past the end of a truncated
  // image.
  const memory = new ArrayBuffer(length);
  Buffer.from(memory).write(base64, 'base64');
  try {
    return validateBytes(new Uint8Array(memory), field);
  } finally {
    // Freed at once: a creation has up to six images, and all would stay in memory until the next garbage collection.
    memory.transfer(0);
  }
}
