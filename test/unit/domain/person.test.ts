import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DUI_TYPES, maskDui, reusableDocumentCode, type PersonDetails } from '../../../src/domain/person.ts';

describe('maskDui', () => {
  test.each([
    ['12345678909', '*********09'],
    ['HEWW580907HGRSHL05', '****************05'],
    ['1234', '**34'],
    ['123', '**3'],
    ['12', '**'],
    ['1', '*'],
    ['', ''],
    ['  ', '**'],
  ])('the number %j is masked as %j', (value, masked) => {
    expect(maskDui(value)).toBe(masked);
  });

  test('a masked number is as long as the number, and never shows more than its last two characters', () => {
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

  test('a masked number never shows the whole number, however short', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,12}$/), (value) => {
        expect(maskDui(value)).not.toBe(value);
        expect(maskDui(value).replaceAll('*', '').length).toBeLessThan(value.length);
      }),
    );
  });
});

describe('reusableDocumentCode', () => {
  const person: PersonDetails = {
    duiType: 'BR_CPF',
    duiValue: '12345678909',
    friendlyName: null,
    notificationChannels: [],
  };

  test.each(['BR_CPF', 'MX_CURP'] as const)('documents are found by a number of type %s', (duiType) => {
    expect(reusableDocumentCode({ ...person, duiType })).toBe('12345678909');
  });

  test.each([
    ...DUI_TYPES.filter((type) => type !== 'BR_CPF' && type !== 'MX_CURP'),
    'UNKNOWN' as const,
    null,
  ])('documents are not found by a number of type %s', (duiType) => {
    expect(reusableDocumentCode({ ...person, duiType })).toBeNull();
  });

  test('documents are not found without a person, nor without a number', () => {
    expect(reusableDocumentCode(null)).toBeNull();
    expect(reusableDocumentCode({ ...person, duiValue: null })).toBeNull();
  });
});

test('the types of document number are those of upstream.md §4.2, without their prefix', () => {
  expect(DUI_TYPES).toHaveLength(17);
  expect(new Set(DUI_TYPES).size).toBe(17);
  for (const type of DUI_TYPES) expect(type).toMatch(/^(?!DUI_TYPE_)[A-Z]{2}_[A-Z_]+$/);
});
