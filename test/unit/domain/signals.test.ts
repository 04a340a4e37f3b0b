import { expect, test } from 'vitest';
import { NO_SIGNALS, readSerpro, riskBand } from '../../../src/domain/signals.ts';

test.each([
  [-100, 'STRONG_NEGATIVE'],
  [-40, 'STRONG_NEGATIVE'],
  [-39, 'MODERATE_NEGATIVE'],
  [-1, 'MODERATE_NEGATIVE'],
  [0, 'NEUTRAL'],
  [1, 'MODERATE_POSITIVE'],
  [49, 'MODERATE_POSITIVE'],
  [50, 'STRONG_POSITIVE'],
  [85.5, 'STRONG_POSITIVE'],
  [100, 'STRONG_POSITIVE'],
])('the score %d is %s, as Unico publishes it', (score, band) => {
  expect(riskBand(score)).toBe(band);
});

test.each([
  [-40.5, 'STRONG_NEGATIVE'],
  [-39.5, 'MODERATE_NEGATIVE'],
  [-0.01, 'MODERATE_NEGATIVE'],
  [0.01, 'MODERATE_POSITIVE'],
  [49.99, 'MODERATE_POSITIVE'],
])(
  'the fraction %d, which no published band holds, is never called STRONG_POSITIVE: it is %s',
  (score, band) => {
    expect(riskBand(score)).toBe(band);
  },
);

test.each([-100.1, 100.1, Infinity, -Infinity, Number.NaN])('the score %d is in no band', (score) => {
  expect(riskBand(score)).toBeNull();
});

test('a score of minus zero is in the band of zero', () => {
  expect(riskBand(-0)).toBe('NEUTRAL');
});

test.each([0, 0.5, 87, 100])('a Serpro number of %d is a similarity', (value) => {
  expect(readSerpro(value)).toEqual({ similarity: value, status: 'COMPARED' });
});

test.each([
  [-1, 'NO_FACE_ON_FILE'],
  [-2, 'INTEGRATION_ERROR'],
])('a Serpro number of %d is a status, not a low similarity', (value, status) => {
  expect(readSerpro(value)).toEqual({ similarity: null, status });
});

test.each([-3, -0.5, -1.5, 101, Number.NaN])('a Serpro number of %d is an unknown status', (value) => {
  expect(readSerpro(value)).toEqual({ similarity: null, status: 'UNKNOWN' });
});

test('NO_SIGNALS has no signal', () => {
  expect(new Set(Object.values(NO_SIGNALS))).toEqual(new Set([null, false]));
});
