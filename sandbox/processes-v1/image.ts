import { imageSize } from 'image-size';

/** 800 KB of image, not of its base64 (upstream.md §S2 "Image requirements"). */
const MAX_IMAGE_BYTES = 800 * 1024;

/** 640 × 480 in either orientation (upstream.md §5.4): the selfie of a phone is upright. */
const MIN_LONG_SIDE = 640;
const MIN_SHORT_SIDE = 480;

type Size = { width: number; height: number };

/** Strict base64 with its padding: no line breaks, no `data:` prefix, no URL alphabet. */
function decodeBase64(value: string): Buffer | null {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  return Buffer.from(value, 'base64');
}

const startsWith = (image: Buffer, ...bytes: number[]) => bytes.every((byte, i) => image[i] === byte);

/** PNG, JPEG and WebP, by their first bytes (upstream.md §S2). */
function formatOf(image: Buffer): 'png' | 'jpeg' | 'webp' | null {
  if (startsWith(image, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (startsWith(image, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  const isWebp = image.toString('latin1', 0, 4) === 'RIFF' && image.toString('latin1', 8, 12) === 'WEBP';
  return isWebp ? 'webp' : null;
}

/** The size that the decoder finds, of any format; `null` where it finds none. */
function decodedSize(image: Buffer): Size | null {
  try {
    // A copy: the decoder reads past the end of a Buffer, into the pool that it shares with others.
    return imageSize(new Uint8Array(image));
  } catch {
    return null;
  }
}

/** A frame header with a length that fits its components, or that of a hierarchy of frames (ITU-T T.81 B.2.2, B.3.2). */
function isFrameAt(jpeg: Buffer, at: number): boolean {
  const marker = jpeg[at + 1] ?? 0;
  const isFrame =
    marker === 0xde || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
  return jpeg[at] === 0xff && isFrame && jpeg.readUInt16BE(at + 2) === 8 + 3 * (jpeg[at + 9] ?? 0);
}

/** The largest frame anywhere in a JPEG: the other ones are thumbnails. */
function largestFrame(jpeg: Buffer): Size | null {
  let largest: Size | null = null;
  for (let at = jpeg.indexOf(0xff); at !== -1 && at + 10 <= jpeg.length; at = jpeg.indexOf(0xff, at + 1)) {
    if (!isFrameAt(jpeg, at)) continue;
    const size = { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
    if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

function isTooSmall({ width, height }: Size): boolean {
  // A JPEG may have its height at its end, and 0 in its frame (ITU-T T.81 B.2.5).
  if (width === 0 || height === 0) return false;
  return Math.min(width, height) < MIN_SHORT_SIDE || Math.max(width, height) < MIN_LONG_SIDE;
}

/**
 * Whether the bytes are an image of another format: one that the decoder knows, or any brand of HEIF, where it knows a
 * few.
 */
function isOtherImage(image: Buffer): boolean {
  return decodedSize(image) !== null || image.toString('latin1', 4, 8) === 'ftyp';
}

/** The code of upstream.md §S2 that refuses an image, or `null`; also for an image whose size cannot be read. */
export function imageDefect(base64: string): string | null {
  const image = decodeBase64(base64);
  if (!image) return '20900';
  if (image.length > MAX_IMAGE_BYTES) return '20506';
  const format = formatOf(image);
  if (format === null) return isOtherImage(image) ? '20505' : '20900';
  const size = format === 'jpeg' ? largestFrame(image) : decodedSize(image);
  return size !== null && isTooSmall(size) ? '20807' : null;
}
