import { z } from 'zod';

/**
 * Whether this is an e-mail address by the rule of HTML forms, or one with letters of any script. Unico documents no
 * rule of its own, so every address that a form takes is sent.
 */
export function isEmail(text: string): boolean {
  return z.regexes.html5Email.test(text) || z.regexes.unicodeEmail.test(text);
}

/** What is wrong with text that `isEmail` does not accept. */
export const NO_EMAIL =
  'expected an e-mail address, such as someone@example.com, got another form: correct or omit it';
