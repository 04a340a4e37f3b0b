import { imageSize } from 'image-size';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../../../sandbox/lib/bounded-map.ts';
import { cpf, curp, isCpf, isCurp, isSsn } from '../../../../sandbox/lib/check-digits.ts';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';

test('a CPF is completed by its two digits', () => {
  expect(cpf('123456789')).toBe('12345678909');
  expect(cpf('736892900')).toBe('73689290074');
});

test.each(['12345678901', '11111111111', '00000000000', '1234567890', '123.456.789-09', 'abcdefghijk', ''])(
  '"%s" is no CPF',
  (value) => {
    expect(isCpf(value)).toBe(false);
  },
);

test.each(['HEWW580907HGRSHL05', 'BAWB700219HNLTYR01', 'IIFA830702HDFGNN06', 'PASP901014HDFRPT03'])(
  '%s is a CURP',
  (value) => {
    expect(isCurp(value)).toBe(true);
    expect(curp(value.slice(0, 17))).toBe(value);
  },
);

test.each([
  ['a wrong digit', 'HEWW580907HGRSHL06'],
  ['a month 13', 'HEWW581307HGRSHL05'],
  ['a state that is none', 'HEWW580907HXXSHL05'],
  ['small letters', 'heww580907hgrshl05'],
  ['a CPF', '12345678909'],
])('%s makes no CURP', (_why, value) => {
  expect(isCurp(value)).toBe(false);
});

test.each([
  ['123456789', true],
  ['000121234', false],
  ['666121234', false],
  ['900121234', false],
  ['123001234', false],
  ['123120000', false],
  ['123-12-1234', false],
])('SSN %s: %s', (value, valid) => {
  expect(isSsn(value)).toBe(valid);
});

test('a selfie is a small PNG of the size asked for', () => {
  expect(imageSize(selfie())).toMatchObject({ type: 'png', width: 640, height: 480 });
  expect(imageSize(selfie({ width: 800, height: 600 }))).toMatchObject({ width: 800, height: 600 });
  expect(selfie().length).toBeLessThan(20_000);
});

test('a selfie is the same for the same seed and another for another', () => {
  expect(selfieBase64({ seed: 7 })).toBe(selfieBase64({ seed: 7 }));
  expect(selfieBase64({ seed: 7 })).not.toBe(selfieBase64({ seed: 8 }));
});

test('what is remembered is bounded: the oldest goes first', () => {
  const map = new BoundedMap<number>(2);
  map.set('one', 1);
  map.set('two', 2);
  map.set('three', 3);
  expect([map.get('one'), map.get('two'), map.get('three')]).toEqual([null, 2, 3]);
});
