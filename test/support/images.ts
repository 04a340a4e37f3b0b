import { crc32, deflateSync } from 'node:zlib';

/* Images of any size, with the fewest bytes that a decoder accepts. */

const uint32s = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
};

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32s(data.length), body, uint32s(crc32(body))]);
}

/** A black PNG, grey scale; `bytes` pads it to a size. */
export function png(width: number, height: number, bytes = 0): Buffer {
  const rows = deflateSync(Buffer.alloc((width + 1) * height));
  const parts = [
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([uint32s(width, height), Buffer.from([8, 0, 0, 0, 0])])),
    chunk('IDAT', rows),
  ];
  const end = chunk('IEND', Buffer.alloc(0));
  const missing = bytes - Buffer.concat([...parts, end]).length;
  // A chunk for private use costs 12 bytes and may hold anything.
  if (missing >= 12) parts.push(chunk('paDd', Buffer.alloc(missing - 12)));
  return Buffer.concat([...parts, end]);
}

/** The header of a JPEG: its markers up to the frame, which has the size. */
export function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
  ]);
  const jfif = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), jfif, frame, Buffer.from([0xff, 0xd9])]);
}

function riff(type: string, data: Buffer): Buffer {
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(data.length + 12, 0);
  sizes.writeUInt32LE(data.length, 4);
  const [whole, part] = [sizes.subarray(0, 4), sizes.subarray(4)];
  return Buffer.concat([Buffer.from('RIFF'), whole, Buffer.from(`WEBP${type}`), part, data]);
}

/** The header of a lossy WebP. */
export function webp(width: number, height: number): Buffer {
  const data = Buffer.alloc(10);
  data.set([0x30, 0x01, 0x00, 0x9d, 0x01, 0x2a]);
  data.writeUInt16LE(width, 6);
  data.writeUInt16LE(height, 8);
  return riff('VP8 ', data);
}

/** The header of an extended WebP. */
export function webpExtended(width: number, height: number): Buffer {
  const data = Buffer.alloc(10);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return riff('VP8X', data);
}

export function gif(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  return Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0, 0, 0, 0x3b])]);
}

export function bmp(width: number, height: number): Buffer {
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  return head;
}

export const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"></svg>');

/** An image in base64 that passes every rule. */
export const GOOD_IMAGE = png(640, 480).toString('base64');

/** A JWT with this payload and an invalid signature. */
export function jwt(payload: object, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const parts = [JSON.stringify(header), JSON.stringify(payload), 'no signature'];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}
