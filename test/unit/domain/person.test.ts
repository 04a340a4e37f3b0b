import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DUI_TYPES, maskDui, reusableDocumentCode, type PersonDetails } from '../../../src/domain/person.ts';

describe('a masked number', () => {
  test.each([
    ['12345678909', '*********09'],
    ['HEWW580907HGRSHL05', '****************05'],
    ['1234', '**34'],
    ['123', '**3'],
    ['12', '**'],
    ['1', '*'],
    ['', ''],
    ['  ', '**'],
  ])('of %j is %j', (value, masked) => {
    expect(maskDui(value)).toBe(masked);
  });

  test('is as long as the number, and never shows more than its last two characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }).filter((value) => !value.includes('*')),
        (value) => {
          const masked = maskDui(value);
          expect(masked).toHaveLength(value.length);
          const shown = masked.replace(/^\**/, '');
          expect(shown.length).toBeLessThanOrEqual(2);
          expect(value.endsWith(shown)).toBe(true);
        },
      ),
    );
  });

  test('never shows all of a number, however short', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,12}$/), (value) => {
        expect(maskDui(value)).not.toBe(value);
        expect(maskDui(value).replaceAll('*', '').length).toBeLessThan(value.length);
      }),
    );
  });
});

describe('the number by which documents are found', () => {
  const person: PersonDetails = {
    duiType: 'BR_CPF',
    duiValue: '12345678909',
    friendlyName: null,
    notificationChannels: [],
  };

  test.each(['BR_CPF', 'MX_CURP'] as const)('is that of a %s', (duiType) => {
    expect(reusableDocumentCode({ ...person, duiType })).toBe('12345678909');
  });

  test.each([
    ...DUI_TYPES.filter((type) => type !== 'BR_CPF' && type !== 'MX_CURP'),
    'UNKNOWN' as const,
    null,
  ])('is not that of a %s', (duiType) => {
    expect(reusableDocumentCode({ ...person, duiType })).toBeNull();
  });

  test('is none of nobody, and none where the number is not known', () => {
    expect(reusableDocumentCode(null)).toBeNull();
    expect(reusableDocumentCode({ ...person, duiValue: null })).toBeNull();
  });
});

test('the kinds of number are those of the documents, without their prefix', () => {
  expect(DUI_TYPES).toHaveLength(17);
  expect(new Set(DUI_TYPES).size).toBe(17);
  for (const type of DUI_TYPES) expect(type).toMatch(/^(?!DUI_TYPE_)[A-Z]{2}_[A-Z_]+$/);
});
