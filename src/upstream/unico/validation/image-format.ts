import { imageSize } from 'image-size';

/** Width and height in pixels. */
export type ImageSize = { width: number; height: number };

/** What the first bytes of a file say about it; `other` is an image of a format that Unico does not accept. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | { other: string };

/** The formats that Unico accepts (upstream.md §S2), by their first bytes in hex. */
const ACCEPTED: readonly [format: 'JPEG' | 'PNG' | 'WebP', firstBytes: RegExp][] = [
  ['JPEG', /^ffd8ff/],
  ['PNG', /^89504e470d0a1a0a/],
  // RIFF, four bytes of length, WEBP
  ['WebP', /^52494646.{8}57454250/],
];

/** Formats that Unico does not accept, by their first bytes in hex. */
const OTHERS: readonly [name: string, firstBytes: RegExp][] = [
  // ftyp, with any brand: heic, heix, mif1, avif and others.
  ['HEIC, AVIF or another file of the MPEG-4 family', /^.{8}66747970/],
  ['GIF', /^47494638/],
  ['BMP', /^424d/],
  ['TIFF', /^(?:49492[ab]00|4d4d002[ab])/],
  ['JPEG 2000', /^(?:ff4fff51|0000000c6a502020)/],
  ['JPEG XL', /^(?:ff0a|0000000c4a584c20)/],
  ['an icon', /^0000(?:01|02)00/],
  ['a Photoshop file', /^38425053/],
];

/** An element svg in the first kilobyte of XML, where a declaration and a comment may precede it. */
function isSvg(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, 1_024)).toString('utf8').replace('\ufeff', '').trimStart();
  return text.startsWith('<') && /<svg[\s>]/.test(text);
}

/** The format of an image by its first bytes; `null` for bytes of no image format. */
export function imageFormatOf(bytes: Uint8Array): ImageFormat | null {
  const firstBytes = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  const accepted = ACCEPTED.find(([, magic]) => magic.test(firstBytes));
  if (accepted !== undefined) return accepted[0];
  const other = OTHERS.find(([, magic]) => magic.test(firstBytes));
  if (other !== undefined) return { other: other[0] };
  return isSvg(bytes) ? { other: 'SVG' } : null;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, and DHP: the segments that have the size of the image (ITU-T T.81 B.2.2). */
function hasSize(marker: number): boolean {
  const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
  return isFrame || marker === 0xde;
}

/** Markers without a segment: TEM, restart markers and SOI (ITU-T T.81 B.1.1.3). */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** How many bytes after a marker the next one begins; `null` where a segment has no possible length. */
function stepOver(marker: number, length: number): number | null {
  // A fill byte: the second FF begins the marker.
  if (marker === 0xff) return 1;
  if (standsAlone(marker)) return 2;
  return length < 2 ? null : 2 + length;
}

/**
 * The size of a JPEG, by its markers (ITU-T T.81 B.1.1): any number of fill bytes FF may precede one. `null` as soon as
 * something else stands where a marker is expected: what follows may be anything, such as the frame of a thumbnail. The
 * decoder library searches on there, and takes the thumbnail's size.
 */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (hasSize(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const step = stepOver(marker, view.getUint16(at + 2));
    if (step === null) return null;
    at += step;
  }
  return null;
}

/** The size that the header of a PNG or a WebP has; `null` where the decoder does not find it. */
function decodedSize(bytes: Uint8Array): ImageSize | null {
  try {
    return imageSize(bytes);
  } catch {
    return null;
  }
}

/** The size of an image; `null` where it cannot be read for certain (a JPEG may have its height at its end). */
export function imageSizeOf(bytes: Uint8Array, format: 'JPEG' | 'PNG' | 'WebP'): ImageSize | null {
  const size = format === 'JPEG' ? jpegSize(bytes) : decodedSize(bytes);
  return size === null || size.width === 0 || size.height === 0 ? null : size;
}
