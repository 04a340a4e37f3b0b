import { describe, expect, test } from 'vitest';
import {
  MAX_ESCAPES,
  MAX_LINES,
  MAX_TEXT_LENGTH,
  MAX_TOKENS,
} from '../../../../src/graphql/limits/limits.ts';
import { queryTextProblem } from '../../../../src/graphql/limits/query-text.ts';

const a = (length: number): string => 'a'.repeat(length);
const withNumber = (digits: number): string => `{ process(id: ${'1'.repeat(digits)}) { id } }`;
const withEscapes = (escapes: number): string => `{ f(imageBase64: "${a(70_000)}${'\\n'.repeat(escapes)}") }`;

describe('queryTextProblem', () => {
  const tokens: [string, (token: string) => string][] = [
    ['a field', (name) => `{ ${name} }`],
    ['an alias', (name) => `{ ${name}: __typename }`],
    ['an argument', (name) => `{ process(${name}: 1) { id } }`],
    ['a variable', (name) => `query ($${name}: ID) { __typename }`],
    ['a type', (name) => `{ ... on ${name} { id } }`],
    ['a fragment', (name) => `{ ...${name} }`],
    ['an operation', (name) => `query ${name} { __typename }`],
    ['a directive', (name) => `{ __typename @${name} }`],
    ['an enum value', (name) => `{ process(source: ${name}) { id } }`],
    ['a name after the name of a file', (name) => `{ imageBase64 ${name} }`],
    ['a name after a string', (name) => `{ process(id: "x" ${name}: 1) { id } }`],
  ];
  test.each(tokens)('the name of %s may have 64 Ki characters and no more', (_, write) => {
    expect(queryTextProblem(write(a(MAX_TEXT_LENGTH)))).toBeNull();
    expect(queryTextProblem(write(a(MAX_TEXT_LENGTH + 1)))).toBe(
      `expected names, numbers and texts of at most ${MAX_TEXT_LENGTH} characters in a query, got ${MAX_TEXT_LENGTH + 1}: send images and files as variables`,
    );
  });

  test('a number may have 64 Ki digits and no more', () => {
    expect(queryTextProblem(withNumber(MAX_TEXT_LENGTH))).toBeNull();
    expect(queryTextProblem(withNumber(MAX_TEXT_LENGTH + 1))).toMatch('expected names, numbers and texts');
  });

  const files: [string, (text: string) => string][] = [
    ['an image', (text) => `mutation { createProcess(input: { onboarding: { imageBase64: ${text} } }) }`],
    ['a reference', (text) => `{ f(references: [{ referenceContent: ${text} }]) }`],
    ['the second of two files', (text) => `{ f(files: ["x", ${text}]) }`],
    ['a document', (text) => `{ f(fileContents: ${text}) }`],
  ];
  test.each(files)('the text of %s may have any length, as a string and as a block string', (_, write) => {
    for (const quote of ['"', '"""'])
      expect(queryTextProblem(write(quote + a(7_000_000) + quote))).toBeNull();
  });

  const texts: [string, (text: string) => string][] = [
    ['a name', (text) => `mutation { f(input: { subject: { name: ${text} } }) }`],
    ['an enum', (text) => `mutation { f(purpose: ${text}) }`],
    ['an argument after an image', (text) => `mutation { f(imageBase64: "x", key: ${text}) }`],
    ['a default value', (text) => `query ($imageBase64: String = ${text}) { f }`],
    ['a directive', (text) => `{ imageBase64 @skip(if: ${text}) }`],
    ['a description', (text) => `${text} type imageBase64`],
  ];
  test.each(texts)('the text of %s may have 64 Ki characters with its quotes, and no more', (_, write) => {
    for (const quote of ['"', '"""']) {
      const most = MAX_TEXT_LENGTH - 2 * quote.length;
      expect(queryTextProblem(write(quote + a(most) + quote))).toBeNull();
      expect(queryTextProblem(write(quote + a(most + 1) + quote))).toMatch(
        'send images and files as variables',
      );
    }
  });

  test('a query may have so many escapes and no more', () => {
    expect(queryTextProblem(withEscapes(MAX_ESCAPES))).toBeNull();
    expect(queryTextProblem(withEscapes(MAX_ESCAPES + 1))).toBe(
      `expected a query with at most ${MAX_ESCAPES} escapes, got more: send texts as variables`,
    );
  });

  test('what the parser rejects anyway is left to it: a syntax error, or too many tokens', () => {
    expect(queryTextProblem(`{ ? ${a(MAX_TEXT_LENGTH + 1)} }`)).toBeNull();
    expect(queryTextProblem(`{ f(a: "${a(MAX_TEXT_LENGTH + 1)}`)).toBeNull();
    expect(queryTextProblem(`{ ${'a '.repeat(MAX_TOKENS + 1)} ${a(MAX_TEXT_LENGTH + 1)} }`)).toBeNull();
  });

  test.each(['\n', '\r', '\r\n'])(
    'a query may have so many lines and no more: line break %j',
    (lineBreak) => {
      const write = (lines: number): string => `{ __typename }${lineBreak.repeat(lines - 1)}`;
      expect(queryTextProblem(write(MAX_LINES))).toBeNull();
      expect(queryTextProblem(write(MAX_LINES + 1))).toBe(
        `expected a query of at most ${MAX_LINES} lines, got more`,
      );
    },
  );
});
