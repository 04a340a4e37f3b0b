import { expect, test } from 'vitest';
import { cpf, curp, isCpf, isCurp, isSsn } from '../../../../sandbox/lib/check-digits.ts';

test('cpf completes nine digits with two check digits', () => {
  expect(cpf('123456789')).toBe('12345678909');
  expect(cpf('736892900')).toBe('73689290074');
});

test.each(['12345678901', '11111111111', '00000000000', '1234567890', '123.456.789-09', 'abcdefghijk', ''])(
  'isCpf refuses "%s"',
  (value) => {
    expect(isCpf(value)).toBe(false);
  },
);

test.each(['heww580907hgrshl05', curp('HEWW580907XGRSHL0')])('isCurp accepts %s', (value) => {
  expect(isCurp(value)).toBe(true);
});

test.each(['HEWW580907HGRSHL05', 'BAWB700219HNLTYR01', 'IIFA830702HDFGNN06', 'PASP901014HDFRPT03'])(
  'isCurp accepts %s, and curp completes it',
  (value) => {
    expect(isCurp(value)).toBe(true);
    expect(curp(value.slice(0, 17))).toBe(value);
  },
);

test.each([
  ['a wrong check digit', 'HEWW580907HGRSHL06'],
  ['a month 13', 'HEWW581307HGRSHL05'],
  ['an unknown state', 'HEWW580907HXXSHL05'],
  ['a letter Ñ', curp('HEWW580907HGRÑHL0')],
  ['a CPF', '12345678909'],
])('isCurp refuses %s', (_defect, value) => {
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
])('isSsn of %s is %s', (value, valid) => {
  expect(isSsn(value)).toBe(valid);
});
