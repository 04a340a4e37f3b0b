import { Lexer, Source, TokenKind, type Token } from 'graphql';
import { FILE_FIELDS } from '../../domain/process-creation.ts';
import { MAX_ESCAPES, MAX_LINES, MAX_TEXT_LENGTH, MAX_TOKENS } from './limits.ts';

/** Whether a text has more than `most` matches of a global pattern. */
function hasMore(text: string, pattern: RegExp, most: number): boolean {
  for (let matches = 0; pattern.test(text); matches += 1) if (matches === most) return true;
  return false;
}

/** The first tokens of a text, as many as its parser reads, up to a syntax error, which the parser reports. */
function* tokensOf(text: string): Generator<Token> {
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; count <= MAX_TOKENS && lexer.advance().kind !== TokenKind.EOF; count += 1) {
      yield lexer.token;
    }
  } catch {
    // The parser reports it.
  }
}

const TEXTS: ReadonlySet<TokenKind> = new Set([TokenKind.STRING, TokenKind.BLOCK_STRING]);

/**
 * What is wrong with a token that is too long. Only an image or a file may be, after the name of its field, such as
 * `imageBase64: "…"` or `files: ["…"]`.
 */
function longTokenProblem(text: string): string | null {
  let name = '';
  for (const token of tokensOf(text)) {
    const length = token.end - token.start;
    if (length > MAX_TEXT_LENGTH && !(TEXTS.has(token.kind) && FILE_FIELDS.has(name))) {
      return `expected names, numbers and texts of at most ${MAX_TEXT_LENGTH} characters in a query, got ${length}: send images and files as variables`;
    }
    if (token.kind === TokenKind.NAME) name = token.value;
  }
  return null;
}

/**
 * What of a query's text exceeds a limit that has to hold before it is parsed; `null`: nothing. GraphQL counts the
 * lines before the place of each error, quotes what it does not know, and compares it with all names that it knows:
 * with megabytes that takes seconds, and hundreds of megabytes.
 */
export function queryTextProblem(text: string): string | null {
  // Most queries have fewer characters than they may have lines.
  if (text.length < MAX_LINES) return null;
  if (hasMore(text, /\r\n|\n|\r/g, MAX_LINES - 1)) {
    return `expected a query of at most ${MAX_LINES} lines, got more`;
  }
  // A shorter text has no longer token, and few escapes.
  if (text.length <= MAX_TEXT_LENGTH) return null;
  if (hasMore(text, /\\/g, MAX_ESCAPES)) {
    return `expected a query with at most ${MAX_ESCAPES} escapes, got more: send texts as variables`;
  }
  return longTokenProblem(text);
}
