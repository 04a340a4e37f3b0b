import { imageSize } from 'image-size';
import { expect, test } from 'vitest';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';

test('a selfie is a PNG of the requested size and of less than 20 KB', () => {
  expect(imageSize(selfie())).toMatchObject({ type: 'png', width: 640, height: 480 });
  expect(imageSize(selfie({ width: 800, height: 600 }))).toMatchObject({ width: 800, height: 600 });
  expect(selfie().length).toBeLessThan(20_000);
});

test('a selfie is the same for the same seed, and differs for another seed', () => {
  expect(selfieBase64({ seed: 7 })).toBe(selfieBase64({ seed: 7 }));
  expect(selfieBase64({ seed: 7 })).not.toBe(selfieBase64({ seed: 8 }));
});
