import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageDefect } from '../../../../../sandbox/processes-v1/image.ts';
import { imageFormatOf, imageSizeOf } from '../../../../../src/upstream/unico/validation/image-format.ts';
import { validateImage } from '../../../../../src/upstream/unico/validation/image.ts';
import { jpegShapes, pngShapes, webpShapes, type Shape } from '../../../../support/image-shapes.ts';

const codesOf = (bytes: Buffer): (string | null)[] =>
  validateImage(bytes.toString('base64'), ['imageBase64']).map(({ upstreamCode }) => upstreamCode);

const shapesOf = (width: number, height: number): Shape[] => [
  ...jpegShapes(width, height).map(([title, bytes]): Shape => [`JPEG: ${title}`, bytes]),
  ...pngShapes(width, height).map(([title, bytes]): Shape => [`PNG: ${title}`, bytes]),
  ...webpShapes(width, height).map(([title, bytes]): Shape => [`WebP: ${title}`, bytes]),
];

/** The shapes whose size no reader can find for certain: they are never refused. */
const UNREADABLE =
  /DNL|bytes between|beginning|longer than|length 0|only|no header chunk|reserved flags|unknown first/;

describe('images of at least 640x480, in the shapes of public test suites', () => {
  test.each(shapesOf(640, 480))('%s is accepted, here and by the sandbox', (_title, bytes) => {
    expect(codesOf(bytes)).toEqual([]);
    expect(imageDefect(bytes.toString('base64'))).toBeNull();
  });
});

describe('images of 639x480, in the same shapes', () => {
  test.each(shapesOf(639, 480))(
    '%s is refused as too small where its size is surely read',
    (title, bytes) => {
      expect(codesOf(bytes)).toEqual(UNREADABLE.test(title) ? [] : ['20807']);
    },
  );

  test('the message of an image that is too small has its size and says what to do', () => {
    const [problem] = validateImage(jpegShapes(320, 240)[0]?.[1].toString('base64') ?? '', ['imageBase64']);
    expect(problem?.message).toBe('expected at least 640x480, got 320x240: take a larger photo');
  });
});

const ftyp = (brand: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}`)]);

describe('images of other formats', () => {
  test.each([
    ...['heic', 'heix', 'hevc', 'mif1', 'msf1', 'avif', 'avis', 'miaf', 'new1'].map((brand): Shape => [
      `HEIF of brand ${brand}`,
      ftyp(brand),
    ]),
    ['GIF87a', Buffer.from('GIF87a\0\0')],
    ['TIFF, little endian', Buffer.from('II*\0\x08\0\0\0')],
    ['TIFF, big endian', Buffer.from('MM\0*\0\0\0\x08')],
    ['BigTIFF', Buffer.from('II+\0\x08\0\0\0')],
    ['JPEG 2000', Buffer.from('0000000c6a5020200d0a870a', 'hex')],
    ['JPEG XL', Buffer.from('ff0a7f00', 'hex')],
    ['Photoshop', Buffer.from('8BPS\0\x01')],
    ['SVG with a declaration', Buffer.from('\ufeff <?xml version="1.0"?><!-- x --><svg width="9">')],
  ] satisfies Shape[])('%s is refused as another format (20505)', (_title, bytes) => {
    expect(codesOf(bytes)).toEqual(['20505']);
  });
});

test('a size is read only where the first bytes are those of an image, and any bytes are read without an error', () => {
  const shapes = shapesOf(640, 480).map(([, bytes]) => bytes);
  const damaged = fc
    .tuple(fc.constantFrom(...shapes), fc.nat(80), fc.uint8Array({ maxLength: 12 }))
    .map(([bytes, at, noise]) =>
      Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at + noise.length)]),
    );
  fc.assert(
    fc.property(damaged, (bytes) => {
      const format = imageFormatOf(bytes);
      if (format === null || typeof format === 'object') return;
      const size = imageSizeOf(bytes, format);
      expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
