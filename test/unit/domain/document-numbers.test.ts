import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curp, isCurp as isCurpInSandbox } from '../../../sandbox/lib/check-digits.ts';
import { isCpf, isCurp, isSsn } from '../../../src/domain/document-numbers.ts';

/** upstream.md §11, written out anew: the sum of the digits times weights that fall to 2, and 11 minus its rest. */
function completeCpf(nine: string): string {
  let digits = nine;
  for (const heaviest of [10, 11]) {
    const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (heaviest - i), 0);
    digits += sum % 11 < 2 ? 0 : 11 - (sum % 11);
  }
  return digits;
}

const nineDigits = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 })
  .map((digits) => digits.join(''))
  .filter((digits) => !/^(\d)\1*$/.test(digits));

describe('isCpf', () => {
  test.each(['12345678909', '73689290074'])('%s is a CPF', (value) => {
    expect(isCpf(value)).toBe(true);
  });

  test('any nine digits and their two check digits are a CPF', () => {
    fc.assert(
      fc.property(nineDigits, (nine) => {
        expect(isCpf(completeCpf(nine))).toBe(true);
      }),
    );
  });

  test('digits with a wrong check digit are not a CPF', () => {
    fc.assert(
      fc.property(nineDigits, fc.constantFrom(9, 10), fc.integer({ min: 1, max: 9 }), (nine, at, by) => {
        const digits = [...completeCpf(nine)].map(Number);
        digits[at] = ((digits[at] ?? 0) + by) % 10;
        expect(isCpf(digits.join(''))).toBe(false);
      }),
    );
  });

  test.each(Array.from({ length: 10 }, (_, digit) => String(digit).repeat(11)))(
    'eleven equal digits are not a CPF: %s',
    (value) => {
      expect(isCpf(value)).toBe(false);
    },
  );

  test.each([
    ['the sample of S3, with wrong check digits,', '12345678901'],
    ['a CPF with punctuation', '123.456.789-09'],
    ['text of ten digits', '1234567890'],
    ['text of twelve digits', '123456789090'],
    ['a CPF with a space before it', ' 12345678909'],
    ['a CPF with a line break after it', '12345678909\n'],
    ['a CPF in Arabic digits', '١٢٣٤٥٦٧٨٩٠٩'],
    ['a CPF in full-width digits', '１２３４５６７８９０９'],
    ['text of letters', 'abcdefghijk'],
    ['empty text', ''],
    ['a CURP', 'HEWW580907HGRSHL05'],
  ])('%s is not a CPF', (_why, value) => {
    expect(isCpf(value)).toBe(false);
  });
});

describe('isCurp', () => {
  /** upstream.md §5.6: the four that Unico publishes for its sandbox. */
  test.each(['HEWW580907HGRSHL05', 'BAWB700219HNLTYR01', 'IIFA830702HDFGNN06', 'PASP901014HDFRPT03'])(
    '%s is a CURP',
    (value) => {
      expect(isCurp(value)).toBe(true);
    },
  );

  test('a CURP with another last digit is not a CURP', () => {
    for (const digit of '012346789') expect(isCurp(`HEWW580907HGRSHL0${digit}`)).toBe(false);
  });

  test.each([
    ['a CURP in lower case', 'heww580907hgrshl05'],
    ['a CURP of month 13', 'HEWW581307HGRSHL05'],
    ['a CURP of month 00', 'HEWW580007HGRSHL05'],
    ['a CURP of day 32', 'HEWW580932HGRSHL05'],
    ['a CURP of an unknown sex', 'HEWW580907ZGRSHL05'],
    ['a CURP of an unknown state', 'HEWW580907HXXSHL05'],
    ['a CURP with Ñ among its consonants', curp('HEWW580907HGRÑHL0')],
    ['a CURP with Ñ among its letters', curp('HEÑW580907HGRSHL0')],
    ['a CURP with vowels for consonants', 'HEWW580907HGRAEI05'],
    ['a CURP cut to 17 characters', 'HEWW580907HGRSHL0'],
    ['a CURP with a nineteenth character', 'HEWW580907HGRSHL055'],
    ['a CURP with a dash', 'HEWW-580907HGRSHL05'],
    ['a CURP with a line break after it', 'HEWW580907HGRSHL05\n'],
    ['empty text', ''],
    ['a CPF', '12345678909'],
  ])('%s is not a CURP', (_why, value) => {
    expect(isCurp(value)).toBe(false);
  });
});

describe('isSsn', () => {
  test.each(['123456789', '001010001', '665121234', '667121234', '899999999'])(
    '%s is a social security number',
    (value) => {
      expect(isSsn(value)).toBe(true);
    },
  );

  test.each([
    ['a number of area 000', '000121234'],
    ['a number of area 666', '666121234'],
    ['a number of area 900', '900121234'],
    ['a number of area 999', '999121234'],
    ['a number of group 00', '123001234'],
    ['a number of serial 0000', '123450000'],
    ['a number with hyphens', '123-45-6789'],
    ['text of eight digits', '12345678'],
    ['text of ten digits', '1234567890'],
    ['empty text', ''],
  ])('%s is not a social security number', (_why, value) => {
    expect(isSsn(value)).toBe(false);
  });
});

test('the sandbox has the same rule for a CURP, in capitals', () => {
  const consonant = fc.constantFrom(...'BCDFGHJKLMNPQRSTVWXYZÑA');
  const seventeen = fc
    .record({
      letters: fc.stringMatching(/^[A-Z][AEIOUXÑ][A-Z]{2}$/),
      date: fc.constantFrom('580907', '581307', '000229', '991231', '990100'),
      sex: fc.constantFrom('H', 'M', 'X', 'Z'),
      state: fc.constantFrom('GR', 'DF', 'NE', 'XX'),
      consonants: fc.tuple(consonant, consonant, consonant).map((all) => all.join('')),
      mark: fc.constantFrom('0', '9', 'A', 'Ñ'),
    })
    .map((parts) => Object.values(parts).join(''));
  fc.assert(
    fc.property(seventeen, (text) => {
      expect(isCurp(curp(text))).toBe(isCurpInSandbox(curp(text)));
      expect(isCurp(curp(text)) && text.includes('Ñ')).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('any text is a CPF, a CURP or a social security number, or none, and at most one of them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\d{8,12}$/)), (value) => {
      expect([isCpf(value), isCurp(value), isSsn(value)].filter(Boolean).length).toBeLessThanOrEqual(1);
    }),
  );
});
