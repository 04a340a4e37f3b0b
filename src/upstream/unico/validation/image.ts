import type { UserError } from '../../../domain/user-error.ts';
import {
  decodedLength,
  describeNotBase64,
  isDataUrl,
  toStandardBase64,
  withoutLineBreaks,
} from './base64.ts';
import { imageFormatOf, imageSizeOf } from './image-format.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';
import { isSdkToken } from './sdk-token.ts';

/**
 * 800 KB (upstream.md §S2 "Image requirements"), counted as KiB so that no image is refused that Unico might accept.
 */
export const MAX_IMAGE_BYTES = 800 * 1024;

/** At least 640x480 (upstream.md §S2), in either orientation, because selfies are taken upright. */
const MIN_LONG_SIDE = 640;
const MIN_SHORT_SIDE = 480;

/** What to do about an image that is too large, or of another format. */
const ADVICE = 'send it as a JPEG of quality 92';

/**
 * The form in which an image or an SDK capture is sent: on one line, an image in standard base64. Text that is neither
 * stays as it is.
 */
export function normalizeImage(text: string): string {
  const base64 = toStandardBase64(text);
  if (base64 !== null) return base64;
  const line = withoutLineBreaks(text);
  return isSdkToken(line) ? line : text;
}

/**
 * Validates the format and the size of a decoded image. An image whose size cannot be read is accepted: only Unico can
 * tell whether it is one.
 */
function validateBytes(bytes: Uint8Array, field: FieldPath): UserError[] {
  const format = imageFormatOf(bytes);
  if (format === null) {
    return [
      apiProblem(
        '20900',
        field,
        'expected a PNG, JPEG or WebP image, got bytes of no image format: send the file of the image',
      ),
    ];
  }
  if (typeof format === 'object') {
    return [apiProblem('20505', field, `expected PNG, JPEG or WebP, got ${format.other}: ${ADVICE}`)];
  }
  const size = imageSizeOf(bytes, format);
  if (size === null) return [];
  const [longSide, shortSide] = [Math.max(size.width, size.height), Math.min(size.width, size.height)];
  if (longSide >= MIN_LONG_SIDE && shortSide >= MIN_SHORT_SIDE) return [];
  const message = `expected at least ${MIN_LONG_SIDE}x${MIN_SHORT_SIDE}, got ${size.width}x${size.height}: take a larger photo`;
  return [apiProblem('20807', field, message)];
}

/** Validates text that is not base64: a capture of the SDK is accepted, whatever it contains. */
function validateToken(text: string, field: FieldPath): UserError[] {
  const line = withoutLineBreaks(text);
  if (isSdkToken(line)) return [];
  if (line === '') {
    const message =
      "expected an image in base64 or the JWT of Unico's SDK, got empty text: send what was captured";
    return [apiProblem('20009', field, message)];
  }
  // A data URL may have dots too, and is never meant as a token.
  if (line.includes('.') && !isDataUrl(line)) {
    const message =
      "expected an image in base64 or the JWT of Unico's SDK, got neither: send the JWT unchanged";
    return [apiProblem('10506', field, message)];
  }
  return [apiProblem('20900', field, `expected an image in base64, ${describeNotBase64(line)}`)];
}

/**
 * Validates an image in base64, or the capture of Unico's SDK instead of one (upstream.md §S2, §5.4), by what Unico
 * certainly refuses. Returns the first problem, or an empty list.
 */
export function validateImage(text: string, field: FieldPath): UserError[] {
  const base64 = toStandardBase64(text);
  if (base64 === null) return validateToken(text, field);
  const length = decodedLength(base64);
  if (length > MAX_IMAGE_BYTES) {
    const message = `expected at most ${MAX_IMAGE_BYTES} bytes (800 KB), got ${length}: ${ADVICE}`;
    return [apiProblem('20506', field, message)];
  }
  // Memory of its own: a small Buffer shares a pool with others, and the decoder reads past the end of a truncated
  // image.
  const memory = new ArrayBuffer(length);
  Buffer.from(memory).write(base64, 'base64');
  try {
    return validateBytes(new Uint8Array(memory), field);
  } finally {
    // Freed at once: a creation has several images, and all would stay in memory until the next garbage collection.
    memory.transfer(0);
  }
}
