import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserError } from '../../../../../src/domain/user-error.ts';
import { validateSelfie } from '../../../../../src/upstream/unico/validation/sdk-token.ts';
import { validateImage, MAX_IMAGE_BYTES } from '../../../../../src/upstream/unico/validation/image.ts';
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
    ['the first bytes of a PNG', png(640, 480).subarray(0, 12), notAnImage],
    ['the first bytes of a JPEG', jpeg(640, 480).subarray(0, 8), notAnImage],
  ])('an image is refused: %s', (_case, bytes, expected) => {
    expect(check(bytes)).toMatchObject([expected]);
  });

  test.each([
    ['a data URL', `data:image/png;base64,${GOOD_IMAGE}`],
    ['a line break', `${GOOD_IMAGE.slice(0, 76)}\n${GOOD_IMAGE.slice(76)}`],
    ['a character missing', GOOD_IMAGE.slice(1)],
    ['characters of base64url', `-_${GOOD_IMAGE.slice(2)}`],
    ['padding in the middle', `AA==${GOOD_IMAGE}`],
    ['only padding', '===='],
    ['text', 'not base64 at all!!!'],
    ['a space', ' '],
    ['a null character', 'AAA\0'],
    ['the sample of S2, which is cut', '/9j/4AAQSkZJR'],
  ])('text that is not base64 is refused: %s', (_case, text) => {
    expect(validateImage(text, FIELD)).toMatchObject([notAnImage]);
  });

  test('the message for a data URL advises to omit the prefix', () => {
    expect(validateImage('data:image/png;base64,AAAA', FIELD)[0]?.message).toContain('without the prefix');
  });

  test('empty text is a missing image', () => {
    expect(validateImage('', FIELD)).toMatchObject([refusal('IMAGE_MISSING', '20009')]);
  });

  /** Small buffers share a memory pool, so a decoder that reads past the end would read another buffer. */
  test('a truncated image is refused, whatever is next to it in memory', () => {
    const [truncated, whole] = [png(640, 480).subarray(0, 17), webp(640, 480)];
    for (let i = 0; i < 2_000; i++) {
      expect(check(i % 2 === 0 ? whole : truncated)).toMatchObject(i % 2 === 0 ? [] : [notAnImage]);
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
          expect(bytes.toString('latin1', 0, 16)).toMatch(/^(\x89PNG|\xff\xd8|RIFF[^]{4}WEBP)/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('validateSelfie with a token of the SDK (S2)', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const seconds = now / 1000;
  const checkToken = (token: string): UserError[] => validateSelfie(token, FIELD, now);

  test.each([
    ['fresh', { iat: seconds }],
    ['ten minutes old', { iat: seconds - 600 }],
    ['fresh, with a later expiry', { iat: seconds, exp: seconds + 600 }],
    ['issued by a clock that is ahead', { iat: seconds + 30 }],
    ['without times, which only Unico can validate', {}],
    ['with times that are not numbers, which only Unico can validate', { iat: 'now', exp: 'later' }],
  ])('an SDK token is accepted: %s', (_case, payload) => {
    expect(checkToken(jwt(payload))).toEqual([]);
  });

  test.each([
    ['ten minutes and a second old', { iat: seconds - 601 }],
    ['an hour old', { iat: seconds - 3_600 }],
    ['an hour old, with a later expiry', { iat: seconds - 3_600, exp: seconds + 3_600 }],
    ['expired by its own claim', { iat: seconds - 60, exp: seconds - 1 }],
    ['expired, of unknown age', { exp: seconds - 1 }],
  ])('an expired SDK token is refused: %s', (_case, payload) => {
    expect(checkToken(jwt(payload))).toMatchObject([refusal('SDK_TOKEN_EXPIRED', '10507')]);
  });

  test.each([
    'a.b.c',
    '.',
    '..',
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...',
    `${jwt({})}.more`,
    jwt({}).split('.').slice(0, 2).join('.'),
    `data:text/plain,${jwt({})}`,
    'photo.jpg',
    'https://example.com/photo',
    `${Buffer.from('[]').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.x`,
  ])('text that is not an SDK token is refused: %s', (token) => {
    expect(checkToken(token)).toMatchObject([refusal('SDK_TOKEN_INVALID', '10506')]);
  });

  test('an SDK token is refused where only an image is allowed', () => {
    expect(validateImage(jwt({ iat: seconds }), FIELD)).toMatchObject([refusal('IMAGE_INVALID', '20900')]);
  });
});
