import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserError } from '../../../../../src/domain/user-error.ts';
import {
  MAX_IMAGE_BYTES,
  normalizeImage,
  validateImage,
} from '../../../../../src/upstream/unico/validation/image.ts';
import { bmp, gif, GOOD_IMAGE, jpeg, jwt, png, SVG, webp, webpExtended } from '../../../../support/images.ts';

const FIELD = ['imageBase64'];
const check = (bytes: Buffer): UserError[] => validateImage(bytes.toString('base64'), FIELD);
const refusal = (code: string, upstreamCode: string): object => ({
  code,
  upstreamCode,
  field: FIELD,
  retryable: false,
  retryAfterSeconds: null,
});

describe('validateImage: accepted images (S2)', () => {
  test.each([
    ['PNG, 640x480', png(640, 480)],
    ['PNG, upright, 480x640', png(480, 640)],
    ['PNG, 1920x1080', png(1920, 1080)],
    ['JPEG, 640x480', jpeg(640, 480)],
    ['JPEG, upright, 1080x1920', jpeg(1080, 1920)],
    ['WebP, 640x480', webp(640, 480)],
    ['extended WebP, 640x480', webpExtended(640, 480)],
    ['PNG of exactly 800 KiB', png(640, 480, MAX_IMAGE_BYTES)],
  ])('an image is accepted: %s', (_case, bytes) => {
    expect(check(bytes)).toEqual([]);
  });

  test('the accepted image of 800 KiB has exactly that size', () => {
    expect(png(640, 480, MAX_IMAGE_BYTES)).toHaveLength(800 * 1024);
  });
});

describe('validateImage: refused images (S2)', () => {
  const tooSmall = refusal('IMAGE_RESOLUTION_TOO_LOW', '20807');
  const tooLarge = refusal('IMAGE_TOO_LARGE', '20506');
  const otherFormat = refusal('IMAGE_FORMAT_UNSUPPORTED', '20505');
  const notAnImage = refusal('IMAGE_INVALID', '20900');

  test.each([
    ['639x480', png(639, 480), tooSmall],
    ['640x479', png(640, 479), tooSmall],
    ['479x640', png(479, 640), tooSmall],
    ['480x639', png(480, 639), tooSmall],
    ['1x1', png(1, 1), tooSmall],
    ['long and flat', png(5000, 10), tooSmall],
    ['JPEG, 639x480', jpeg(639, 480), tooSmall],
    ['WebP, 640x479', webp(640, 479), tooSmall],
    ['one byte above 800 KiB', png(640, 480, 800 * 1024 + 1), tooLarge],
    ['3 MB of zeros', Buffer.alloc(3_000_000), tooLarge],
    ['GIF', gif(640, 480), otherFormat],
    ['BMP', bmp(640, 480), otherFormat],
    ['SVG', SVG, otherFormat],
    ['text', Buffer.from('I am a picture, believe me'), notAnImage],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj'), notAnImage],
    ['HTML', Buffer.from('<html><img></html>'), notAnImage],
    ['one byte', Buffer.from([0]), notAnImage],
  ])('an image is refused: %s', (_case, bytes, expected) => {
    expect(check(bytes)).toMatchObject([expected]);
  });

  test.each([
    ['a character missing', GOOD_IMAGE.slice(1)],
    ['padding in the middle', `AA==${GOOD_IMAGE}`],
    ['only padding', '===='],
    ['padding alone', '='],
    ['three characters of padding', 'AAAAA==='],
    ['a space for each plus', '/9j/ AAA AAA'],
    ['a tab', 'AAA\tA'],
    ['text', 'not base64 at all!!!'],
    ['a space', ' '],
    ['a null character', 'AAA\0'],
    ['the sample of S2, which is cut', '/9j/4AAQSkZJR'],
  ])('text that is not base64 is refused: %s', (_case, text) => {
    expect(validateImage(text, FIELD)).toMatchObject([notAnImage]);
  });

  test.each(['', '\n', '\r\n\r\n'])('empty text is a missing image: %j', (text) => {
    expect(validateImage(text, FIELD)).toMatchObject([refusal('IMAGE_MISSING', '20009')]);
  });

  /** Small buffers share a memory pool, so a decoder that reads past the end would read another buffer. */
  test('a truncated image has no size to refuse, whatever is next to it in memory', () => {
    const [truncated, small] = [png(640, 480).subarray(0, 17), webp(1, 1)];
    for (let i = 0; i < 2_000; i++) {
      expect(check(i % 2 === 0 ? small : truncated)).toMatchObject(i % 2 === 0 ? [tooSmall] : []);
    }
  });

  test('any bytes are validated without an error, and accepted only with the magic bytes of one of three formats', () => {
    const headed = fc
      .tuple(
        fc.constantFrom(png(640, 480), jpeg(640, 480), webp(640, 480), gif(640, 480), bmp(640, 480)),
        fc.nat(60),
      )
      .chain(([image, at]) =>
        fc.uint8Array({ minLength: 1, maxLength: 60 }).map((noise) => {
          const bytes = Buffer.from(image);
          bytes.set(noise.subarray(0, Math.max(bytes.length - at, 0)), Math.min(at, bytes.length));
          return bytes;
        }),
      );
    fc.assert(
      fc.property(
        fc.oneof(
          headed,
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          if (check(bytes).length > 0) return;
          expect(bytes.toString('latin1', 0, 16)).toMatch(/^(\x89PNG|\xff\xd8\xff|RIFF[^]{4}WEBP)/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The text in lines of a width. */
const wrapped = (text: string, width: number, end: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);

describe('validateImage: base64 in the forms that programs write', () => {
  const odd = png(640, 480, 5_000 + 1);

  test.each([
    ['lines of 76 characters, as in mail', wrapped(GOOD_IMAGE, 76, '\r\n')],
    ['lines of 64 characters, as of openssl', `${wrapped(GOOD_IMAGE, 64, '\n')}\n`],
    ['without padding', odd.toString('base64').replace(/=+$/, '')],
    ['with one character of padding too many', `${odd.toString('base64').replace(/=+$/, '')}==`],
    ['in the alphabet of URLs', odd.toString('base64url')],
    ['in the alphabet of URLs, wrapped', wrapped(odd.toString('base64url'), 76, '\n')],
  ])('base64 is accepted %s', (_case, text) => {
    expect(validateImage(text, FIELD)).toEqual([]);
  });

  test('base64 in any of these forms is sent in the standard form, with the same bytes', () => {
    const form = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
      isUrl: fc.boolean(),
      isPadded: fc.boolean(),
      width: fc.integer({ min: 1, max: 100 }),
      end: fc.constantFrom('', '\n', '\r\n', '\r'),
    });
    fc.assert(
      fc.property(form, ({ bytes, isUrl, isPadded, width, end }) => {
        const standard = Buffer.from(bytes).toString('base64');
        const unpadded = isPadded ? standard : standard.replace(/=+$/, '');
        const text = isUrl ? unpadded.replaceAll('+', '-').replaceAll('/', '_') : unpadded;
        expect(normalizeImage(wrapped(text, width, end))).toBe(standard);
      }),
    );
  });

  test.each([
    'data:image/png;base64,',
    'DATA:image/jpeg;base64,',
    ' data:image/png;base64,',
    'data:AppName|1.0/image/jpeg;base64,',
    'data:App.Name|1.0.2/image/jpeg;base64,',
    'data:text/plain,',
  ])('a data URL is refused as such, and never as a token of the SDK: %s', (prefix) => {
    for (const data of [GOOD_IMAGE, jwt({}), '']) {
      const [problem] = validateImage(prefix + data, FIELD);
      expect(problem).toMatchObject({ code: 'IMAGE_INVALID', upstreamCode: '20900' });
      expect(problem?.message).toContain('send the data alone, without the prefix');
    }
  });
});

const part = (text: string): string => Buffer.from(text).toString('base64url');

describe('validateImage of a capture of the SDK (upstream.md §5.4)', () => {
  const header = part('{"alg":"RSA-OAEP","enc":"A256GCM"}');

  test.each([
    ['a fresh JWT', jwt({ iat: Math.floor(Date.now() / 1000) })],
    ['a JWT of long ago, because its times may mean something else', jwt({ iat: 1, exp: 2 })],
    ['a JWT with times that are no numbers', jwt({ iat: 'now', exp: [] })],
    ['a JWT whose payload is not JSON', `${part('{"alg":"RS256"}')}.${part('\x00\x01\x02')}.${part('x')}`],
    ['a JWT whose header is not JSON', `${part('x')}.${part('{}')}.${part('x')}`],
    ['a JWE of five parts', [header, part('key'), part('iv'), part('text'), part('tag')].join('.')],
    ['a JWE without an encrypted key', [header, '', part('iv'), part('text'), part('tag')].join('.')],
    ['a JWT without a signature', `${part('{"alg":"none"}')}.${part('{}')}.`],
    ['a JWT of six parts', `${jwt({})}.a.b.c`],
    ['a JWT with a line break at its end', `${jwt({})}\n`],
    ['a JWT of a megabyte', jwt({ x: 'x'.repeat(1_000_000) })],
  ])('%s is accepted, without a look into it', (_case, token) => {
    expect(validateImage(token, FIELD)).toEqual([]);
  });

  test('a capture of the SDK is sent as it is, without the line breaks of a file', () => {
    const token = jwt({ iat: 1 });
    expect(normalizeImage(token)).toBe(token);
    expect(normalizeImage(`${token}\r\n`)).toBe(token);
    expect(normalizeImage(`${header}.-_-._-_`)).toBe(`${header}.-_-._-_`);
  });

  test.each(['.', '..', 'photo.jpg', 'https://example.com/photo', 'a.b', `${jwt({})} `, `Bearer ${jwt({})}`])(
    'text with dots that is no JWT is refused as none (10506): %j',
    (text) => {
      expect(validateImage(text, FIELD)).toMatchObject([refusal('SDK_TOKEN_INVALID', '10506')]);
    },
  );
});
