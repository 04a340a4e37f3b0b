import { crc32, deflateSync } from 'node:zlib';

/*
 * The shapes of files that the public test suites of JPEG decoders (ITU-T T.83 and those of common libraries), PngSuite
 * and the WebP galleries have: generated here, as far as the size of an image depends on them.
 */

/** An image with a title for a test. */
export type Shape = [title: string, bytes: Buffer];

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const bytes = (...values: number[]): Buffer => Buffer.from(values);

/** A JPEG segment: its marker, its length, its content. */
const segment = (marker: number, content: Buffer): Buffer =>
  Buffer.concat([bytes(0xff, marker), u16(content.length + 2), content]);

const SOI = bytes(0xff, 0xd8);
const EOI = bytes(0xff, 0xd9);
const JFIF = segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
const SCAN = Buffer.concat([segment(0xda, bytes(1, 1, 0, 0, 63, 0)), bytes(0x12, 0x34)]);

type Frame = { marker?: number; precision?: number; components?: number };

/** The header of a frame of a JPEG, which has its size. */
function frame(width: number, height: number, options: Frame = {}): Buffer {
  const { marker = 0xc0, precision = 8, components = 3 } = options;
  const parts = Array.from({ length: components }, (_, i) => bytes(i + 1, 0x11, 0));
  return segment(
    marker,
    Buffer.concat([bytes(precision), u16(height), u16(width), bytes(components), ...parts]),
  );
}

const jpegOf = (...parts: Buffer[]): Buffer => Buffer.concat([SOI, ...parts, SCAN, EOI]);

/** An EXIF block whose first directory is at `offset`, with an orientation; `cut` bytes are missing at its end. */
function exif(offset: number, { endian = 'II', cut = 0 } = {}): Buffer {
  const isLittle = endian === 'II';
  const number = (value: number, size: 2 | 4): Buffer => {
    const buffer = Buffer.alloc(size);
    if (isLittle) buffer.writeUIntLE(value, 0, size);
    else buffer.writeUIntBE(value, 0, size);
    return buffer;
  };
  const entry = [number(0x112, 2), number(3, 2), number(1, 4), number(6, 2), number(0, 2)];
  const directory = Buffer.concat([number(1, 2), ...entry, number(0, 4)]);
  const tiff = Buffer.concat([
    Buffer.from(endian),
    number(42, 2),
    number(offset, 4),
    Buffer.alloc(Math.max(offset - 8, 0), 0xff),
    directory,
  ]);
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff.subarray(0, tiff.length - cut)]));
}

/** A thumbnail in an EXIF block: a whole JPEG of 160x120. */
const THUMBNAIL = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0II*\0'), jpegOf(JFIF, frame(160, 120))]));

/** JPEGs of one size, in the shapes that real cameras and encoders write. */
export function jpegShapes(width: number, height: number): Shape[] {
  const baseline = frame(width, height);
  const markers = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
  return [
    ...markers.map((marker): Shape => [
      `SOF${marker - 0xc0}`,
      jpegOf(JFIF, frame(width, height, { marker })),
    ]),
    ...[1, 2, 7].map((count): Shape => [
      `${count} fill bytes before SOF`,
      jpegOf(JFIF, Buffer.alloc(count, 0xff), baseline),
    ]),
    ['fill bytes before every segment', jpegOf(bytes(0xff), JFIF, bytes(0xff, 0xff), baseline)],
    ['no application segment', jpegOf(baseline)],
    ...[8, 9, 10, 26, 500].map((offset): Shape => [
      `EXIF with IFD0 at ${offset}`,
      jpegOf(exif(offset), baseline),
    ]),
    ['EXIF in big endian', jpegOf(exif(12, { endian: 'MM' }), baseline)],
    ['EXIF that ends in its directory', jpegOf(exif(8, { cut: 12 }), baseline)],
    ['EXIF that ends in its header', jpegOf(exif(8, { cut: 20 }), baseline)],
    ['EXIF of six bytes', jpegOf(segment(0xe1, Buffer.from('Exif\0\0')), baseline)],
    ['EXIF with a thumbnail', jpegOf(THUMBNAIL, baseline)],
    ['CMYK with an Adobe segment', jpegOf(segment(0xee, Buffer.from('Adobe\0d\0\0\0\0\x02')), baseline)],
    ['four components', jpegOf(JFIF, frame(width, height, { components: 4 }))],
    ['one component', jpegOf(JFIF, frame(width, height, { components: 1 }))],
    ['12 bits per sample', jpegOf(JFIF, frame(width, height, { marker: 0xc1, precision: 12 }))],
    ['comments between the segments', jpegOf(segment(0xfe, Buffer.from('a')), JFIF, segment(0xfe, Buffer.alloc(9)), baseline)], // prettier-ignore
    ['an empty comment', jpegOf(JFIF, segment(0xfe, Buffer.alloc(0)), baseline)],
    ['a comment that contains a frame', jpegOf(segment(0xfe, frame(16, 16)), baseline)],
    ['an ICC profile in two segments', jpegOf(segment(0xe2, Buffer.alloc(60_000, 0xc0)), segment(0xe2, Buffer.alloc(60_000)), baseline)], // prettier-ignore
    ['Huffman and arithmetic tables before the frame', jpegOf(segment(0xc4, Buffer.alloc(28)), segment(0xcc, bytes(0, 1)), baseline)], // prettier-ignore
    ['a restart interval before the frame', jpegOf(segment(0xdd, u16(8)), baseline)],
    ['restart markers in the scan', Buffer.concat([jpegOf(JFIF, baseline), bytes(0xff, 0xd0, 0xff, 0xd1)])],
    ['a restart marker before the frame', jpegOf(bytes(0xff, 0xd0), baseline)],
    ['a hierarchical image', jpegOf(frame(width, height, { marker: 0xde }), frame(width >> 1, height >> 1))],
    ['its height at its end (DNL)', Buffer.concat([jpegOf(frame(width, 0)), segment(0xdc, u16(height))])],
    ['two bytes between the segments', jpegOf(JFIF, bytes(0x00, 0x01), baseline)],
    ['a thumbnail after bytes between the segments', jpegOf(JFIF, bytes(0x00), THUMBNAIL, baseline)],
    ['bytes after its end', Buffer.concat([jpegOf(JFIF, baseline), Buffer.alloc(100, 0xff)])],
    ['only its beginning', jpegOf(JFIF, baseline).subarray(0, 12)],
    ['a segment that is longer than the file', Buffer.concat([SOI, bytes(0xff, 0xe1, 0xff, 0xff), baseline])],
    ['a segment of length 0', Buffer.concat([SOI, bytes(0xff, 0xe1, 0, 0), baseline])],
  ];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

type Png = { bits?: number; colour?: number; interlaced?: boolean };

function pngOf(width: number, height: number, options: Png, ancillary: Buffer[] = []): Buffer {
  const { bits = 8, colour = 0, interlaced = false } = options;
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, bytes(bits, colour, 0, 0, interlaced ? 1 : 0)])),
    ...ancillary,
    ...(colour === 3 ? [chunk('PLTE', Buffer.alloc(3))] : []),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The depths that PNG allows for each colour type. */
const PNG_DEPTHS: [colour: number, bits: number[]][] = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
];

/** PNGs of one size, in every colour type and depth, interlaced and not, and with other chunks before the data. */
export function pngShapes(width: number, height: number): Shape[] {
  const kinds = PNG_DEPTHS.flatMap(([colour, depths]) =>
    depths.flatMap((bits) =>
      [false, true].map((interlaced): Shape => {
        const title = `colour type ${colour}, ${bits} bits${interlaced ? ', interlaced' : ''}`;
        return [title, pngOf(width, height, { bits, colour, interlaced })];
      }),
    ),
  );
  const ancillary = ['gAMA', 'cHRM', 'sRGB', 'iCCP', 'bKGD', 'tRNS', 'sBIT', 'pHYs', 'tIME', 'tEXt', 'zTXt'];
  return [
    ...kinds,
    ...ancillary.map((type): Shape => [
      `${type} before the data`,
      pngOf(width, height, {}, [chunk(type, Buffer.alloc(32))]),
    ]),
    ['an animation', pngOf(width, height, {}, [chunk('acTL', Buffer.alloc(8))])],
    ['a private chunk of 60 KB', pngOf(width, height, {}, [chunk('prVt', Buffer.alloc(60_000))])],
    ['only its signature', SIGNATURE],
    ['only half of its header', pngOf(width, height, {}).subarray(0, 18)],
    ['no header chunk first', Buffer.concat([SIGNATURE, chunk('tEXt', Buffer.alloc(9))])],
  ];
}

function riffChunk(type: string, data: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type), size, data, Buffer.alloc(data.length % 2)]);
}

function webpOf(...chunks: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from('RIFF'), size, body]);
}

function lossy(width: number, height: number): Buffer {
  const data = Buffer.alloc(12);
  data.set([0x30, 0x01, 0x00, 0x9d, 0x01, 0x2a]);
  data.writeUInt16LE(width, 6);
  data.writeUInt16LE(height, 8);
  return riffChunk('VP8 ', data);
}

function lossless(width: number, height: number): Buffer {
  const data = Buffer.alloc(12);
  data[0] = 0x2f;
  data.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
  return riffChunk('VP8L', data);
}

function extended(width: number, height: number, flags: number): Buffer {
  const data = Buffer.alloc(10);
  data[0] = flags;
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return riffChunk('VP8X', data);
}

/** WebPs of one size: lossy, lossless, extended with transparency, animation, EXIF and a profile, and broken ones. */
export function webpShapes(width: number, height: number): Shape[] {
  const image = lossy(width, height);
  return [
    ['lossy', webpOf(image)],
    ['lossy, scaled', webpOf(lossy(width | 0x4000, height | 0x8000))],
    ['lossless', webpOf(lossless(width, height))],
    ['transparent', webpOf(extended(width, height, 0x10), riffChunk('ALPH', Buffer.alloc(9)), image)],
    ['animated', webpOf(extended(width, height, 0x02), riffChunk('ANIM', Buffer.alloc(6)))],
    ['with EXIF', webpOf(extended(width, height, 0x08), image, riffChunk('EXIF', Buffer.alloc(20)))],
    ['with a profile', webpOf(extended(width, height, 0x20), riffChunk('ICCP', Buffer.alloc(9)), image)],
    ['with reserved flags', webpOf(extended(width, height, 0xc1), image)],
    ['of an unknown first chunk', webpOf(riffChunk('XYZW', Buffer.alloc(10)), image)],
    ['only its header', webpOf()],
  ];
}
