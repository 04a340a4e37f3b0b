import { imageSize } from 'image-size';

/** 800 KB of image, not of its base64 (upstream.md §S2 "Image requirements"). */
const MAX_IMAGE_BYTES = 800 * 1024;

/** 640 × 480 in either orientation (upstream.md §5.4): the selfie of a phone is upright. */
const MIN_LONG_SIDE = 640;
const MIN_SHORT_SIDE = 480;

const FORMATS = new Set(['png', 'jpg', 'webp']);

/** Strict base64 with its padding: no line breaks, no `data:` prefix, no URL alphabet. */
function decodeBase64(value: string): Buffer | null {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  return Buffer.from(value, 'base64');
}

function sizeOf(image: Buffer): { type: string; width: number; height: number } | null {
  try {
    const { type = '', width, height } = imageSize(image);
    return { type, width, height };
  } catch {
    return null;
  }
}

/** The code of upstream.md §S2 that refuses an image, or `null`. Only the image header is decoded. */
export function imageDefect(base64: string): string | null {
  const image = decodeBase64(base64);
  if (!image) return '20900';
  if (image.length > MAX_IMAGE_BYTES) return '20506';
  const size = sizeOf(image);
  if (!size) return '20900';
  if (!FORMATS.has(size.type)) return '20505';
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  return short < MIN_SHORT_SIDE || long < MIN_LONG_SIDE ? '20807' : null;
}
