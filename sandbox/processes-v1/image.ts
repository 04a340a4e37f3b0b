import { imageSize } from 'image-size';

/** S2 "Image requirements": 800 KB of image, not of its base64. */
const maxImageBytes = 800 * 1024;

/** 640 x 480, in either orientation: a telephone's selfie stands upright. */
const longSide = 640;
const shortSide = 480;

const formats = new Set(['png', 'jpg', 'webp']);

/** Strict base64 with its padding: no line breaks, no `data:` prefix, no URL alphabet. */
function decodeBase64(value: string): Buffer | undefined {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  return Buffer.from(value, 'base64');
}

function sizeOf(image: Buffer): { type: string; width: number; height: number } | undefined {
  try {
    const { type = '', width, height } = imageSize(image);
    return { type, width, height };
  } catch {
    return undefined;
  }
}

/** The S2 code that refuses an image, or undefined. Only the header is decoded. */
export function imageDefect(base64: string): string | undefined {
  const image = decodeBase64(base64);
  if (!image) return '20900';
  if (image.length > maxImageBytes) return '20506';
  const size = sizeOf(image);
  if (!size) return '20900';
  if (!formats.has(size.type)) return '20505';
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  return short < shortSide || long < longSide ? '20807' : undefined;
}
